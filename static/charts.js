// Lays Plotly's picture over a chart's drawing once somebody hovers, focuses or taps it.
// Until then, without scripts, and on paper, the drawing (SVG) stands for itself.
"use strict";

(() => {
  const { plotlySrc, plotlyStyle } = document.currentScript.dataset;
  let loading = null;

  function loaded(tag, attributes) {
    return new Promise((resolve, reject) => {
      const element = Object.assign(document.createElement(tag), attributes);
      element.addEventListener("load", resolve);
      element.addEventListener("error", () => {
        element.remove();
        reject(new Error(`${attributes.src || attributes.href} did not load`));
      });
      document.head.append(element);
    });
  }

  // Plotly adds the rules of its maps unless an element of this id, their hash, is there already.
  const MAP_RULES = "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53";

  // The style sheet comes first and bears this id and class: Plotly then adds no rules of its own,
  // which the page's policy would refuse.
  async function load() {
    if (!document.getElementById(MAP_RULES)) {
      document.head.append(Object.assign(document.createElement("meta"), { id: MAP_RULES }));
    }
    await loaded("link", {
      rel: "stylesheet",
      id: "plotly.js-style-global",
      className: "no-inline-styles",
      href: plotlyStyle,
    });
    await loaded("script", { src: plotlySrc });
    if (!window.Plotly) throw new Error("Plotly did not start");
  }

  // Loads once for all charts; after a broken line the next look tries again.
  function plotly() {
    loading ??= load().catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  }

  const visibleDrawing = (figure) =>
    [...figure.querySelectorAll("[data-layout]")].find((drawing) => drawing.offsetParent !== null);

  // Draws at the drawing's own size, then shrinks as the page shrank the drawing, so that nothing jumps.
  async function draw(figure) {
    const drawing = visibleDrawing(figure);
    if (!drawing) return;
    const { data, config, ...layouts } = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const layout = layouts[drawing.dataset.layout];
    const live = figure.querySelector(".chart-live");
    await window.Plotly.react(live, data, layout, config);
    live.style.transform = `scale(${drawing.firstElementChild.getBoundingClientRect().width / layout.width})`;
  }

  async function start(figure) {
    if (figure.dataset.state) return;
    figure.dataset.state = "loading";
    try {
      await plotly();
      const live = document.createElement("div");
      live.className = "chart-live";
      live.setAttribute("aria-hidden", "true"); // the drawing underneath keeps its name and description
      figure.querySelector(".chart-picture").append(live);
      await draw(figure);
      live.on("plotly_click", ({ points }) => {
        if (points[0]?.customdata) window.location.assign(points[0].customdata);
      });
      figure.classList.add("chart-is-live");
      figure.dataset.state = "live";
    } catch (error) {
      figure.querySelector(".chart-live")?.remove();
      delete figure.dataset.state;
      console.warn(error);
    }
  }

  const figures = [...document.querySelectorAll("figure[data-chart]")];
  for (const figure of figures) {
    figure.addEventListener("focusin", () => start(figure));
    figure.addEventListener("click", () => start(figure));
    // A finger that only scrolls past must not fetch a megabyte.
    figure.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && start(figure));
  }

  let resizing = 0;
  window.addEventListener("resize", () => {
    cancelAnimationFrame(resizing);
    resizing = requestAnimationFrame(() => figures.filter((f) => f.dataset.state === "live").forEach(draw));
  });

  // Fetched ahead into the browser's store on an idle page, unless the line is slow or metered.
  const line = navigator.connection ?? {};
  const slow = line.saveData || /(^|-)[23]g$/.test(line.effectiveType ?? "");
  if (figures.length && plotlySrc && !slow) {
    window.addEventListener("load", () => {
      const whenIdle = window.requestIdleCallback ?? ((act) => setTimeout(act, 2000));
      whenIdle(() => fetch(plotlySrc, { priority: "low" }).then((answer) => answer.blob()).catch(() => {}));
    });
  }
})();
