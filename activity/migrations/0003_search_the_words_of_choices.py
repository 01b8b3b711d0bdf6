"""The Vietnamese words of choices, folded, go to the end of every record's search text, as saving writes them now."""

from django.db import migrations
from django.db.models import Case, F, Value, When
from django.db.models.functions import Concat, LTrim

CATEGORIES = {
    "drugs": "ma tuy",
    "illegal_crossing": "xuat, nhap canh trai phep",
    "organising_crossing": "to chuc, moi gioi cho nguoi khac xuat, nhap canh trai phep",
    "smuggling": "buon lau, van chuyen trai phep hang hoa",
    "prohibited_goods": "hang cam, phao no",
    "counterfeit": "hang gia, tien gia",
    "human_trafficking": "mua ban nguoi",
    "weapons_explosives": "vu khi, vat lieu no",
    "minerals_forest_wildlife": "khoang san, lam san, dong vat hoang da",
    "border_regulation": "vi pham quy che khu vuc bien gioi",
    "trade_fraud": "gian lan thuong mai",
    "gambling_order": "co bac, trat tu xa hoi",
    "other": "loai khac",
}
# By model and field, in the order of the fields; as the labels read when this was written.
WORDS = {
    "Patrol": {
        "form": {
            "unilateral": "tuan tra don phuong",
            "joint_domestic": "tuan tra phoi hop voi cong an, quan su, dan quan",
            "bilateral": "tuan tra song phuong",
            "joint_law_enforcement": "tuan tra lien hop chap phap",
            "local_control": "kiem tra, kiem soat dia ban",
            "clearing": "phat quang duong tuan tra",
        },
    },
    "PropagandaSession": {
        "form": {
            "concentrated": "tap trung",
            "small_group": "nhom nho, ho gia dinh",
            "mobile": "luu dong",
            "school": "tai truong hoc",
            "contest": "hoi thi",
            "integrated": "long ghep",
            "bilateral": "tuyen truyen song phuong",
            "broadcast": "phat thanh",
            "leaflet": "to roi, to gap",
            "online": "mang xa hoi",
        },
        "topic": {
            "border_law": "luat bien phong viet nam, quy che bien gioi",
            "illegal_crossing": "phong, chong xuat, nhap canh trai phep",
            "drugs": "phong, chong ma tuy",
            "trafficking": "phong, chong mua ban nguoi",
            "smuggling_fireworks": "phong, chong buon lau, phao no",
            "weapons": "van dong giao nop vu khi, vat lieu no, cong cu ho tro",
            "policy": "chu truong, chinh sach, phap luat",
            "ethnic_religion": "dan toc, ton giao",
            "disaster_health": "phong, chong thien tai, dich benh",
            "other": "noi dung khac",
        },
    },
    "CriminalCase": {
        "category": CATEGORIES,
        "role": {
            "lead": "chu tri",
            "support": "phoi hop",
            "received": "tiep nhan",
            "internal": "phoi hop noi bo",
        },
        "stage": {
            "detected": "vu phat hien trong ky",
            "follow_up": "ket qua xu ly cua vu da bao cao",
        },
        "outcome": {
            "verifying": "dang xac minh",
            "prosecuted": "khoi to",
            "transferred": "ban giao co quan chuc nang",
            "fined": "xu phat vi pham hanh chinh",
            "warned": "nhac nho, giao duc",
            "pushed_back": "trao tra, day duoi",
            "no_action": "khong du can cu xu ly",
        },
    },
    "SpecialProject": {
        "level": {
            "project": "chuyen an",
            "plan": "ke hoach nghiep vu",
        },
        "owner": {
            "own": "bdbp tinh chu tri",
            "higher": "cap tren chu tri",
        },
        "category": CATEGORIES,
        "stage": {
            "opened": "moi xac lap",
            "active": "dang dau tranh",
            "success": "dau tranh thanh cong",
            "suspended": "tam dinh chi",
            "closed": "ket thuc, khong dat yeu cau",
            "handed_over": "ban giao luc luong khac",
        },
    },
    "ForeignEvent": {
        "event_type": {
            "talks": "hoi dam",
            "meeting": "gap go, lam viec",
            "handover": "trao tra, tiep nhan",
            "letter": "trao doi thu",
            "hotline": "lien lac duong day nong",
            "courtesy": "tham, chuc mung",
            "exchange": "giao luu huu nghi, ket nghia",
            "ceremony": "le cong bo, khai truong",
        },
        "level": {
            "province": "cap tinh",
            "post": "cap don",
            "station": "cap tram",
            "advise_upc": "tham muu, phoi hop ubnd tinh",
        },
    },
}


def add_words(apps, schema_editor):
    """One UPDATE a model."""
    for model, fields in WORDS.items():
        added = [Case(*_whens(field, words), default=Value("")) for field, words in fields.items()]
        apps.get_model("activity", model).objects.update(search_text=LTrim(Concat(F("search_text"), *added)))


def _whens(field, words):
    return [When(**{field: value}, then=Value(f" {folded}")) for value, folded in words.items()]


class Migration(migrations.Migration):
    dependencies = [
        ("activity", "0002_the_crime_of_a_project"),
    ]

    operations = [
        # Backwards the words stay: the code of before finds by them too.
        migrations.RunPython(add_words, migrations.RunPython.noop),
    ]
