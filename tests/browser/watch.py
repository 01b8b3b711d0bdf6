"""What a browser may not do while it shows our pages: ask another host, or have an error."""

from urllib.parse import urlsplit


class Watch:
    """Notes the requests of a browser context, and in ``faults`` each thing that may not be, in words."""

    def __init__(self, context, office: str):
        self.faults: list[str] = []
        self.requests: list[str] = []
        self._office = urlsplit(office).netloc
        self._documents: set[str] = set()
        context.on("request", self._asked)
        context.on("console", self._said)
        context.on("weberror", lambda failed: self.faults.append(f"error of a script: {failed.error}"))

    def _asked(self, request):
        self.requests.append(request.url)
        if request.is_navigation_request():
            self._documents.add(request.url)
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != self._office:
            self.faults.append(f"asked another host: {request.url}")

    def _said(self, message):
        # Chromium reports a page that answers 403, 404 or 422 here too; the tests look at such pages on purpose.
        is_refusal = message.text.startswith("Failed to load resource") and message.location["url"] in self._documents
        # What a test itself runs in the page (axe, which tries out styles) has no address.
        if message.type in {"error", "warning"} and not is_refusal and message.location["url"]:
            self.faults.append(f"{message.type} in the console: {message.text} ({message.location['url']})")
