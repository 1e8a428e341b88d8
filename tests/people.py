"""The desk of the tests: settings as values, and the people who write."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailticket.model.policy import Acknowledge, Agent, Bilingual, Desk, Form, FormSecret, Server, Settings, Smtp, Team
from mailticket.model.token import Key, Keyring

RING = Keyring([Key("k", b"a key of the tests, thirty-two by")])
DESK = "info@example.sa"
TEAMS = tuple(
    Team(name, Bilingual(ar, en), level)
    for name, ar, en, level in (
        ("enrolment", "التسجيل", "Enrolment", 1),
        ("platform", "المنصة", "Platform", 1),
        ("account", "الحسابات", "Accounts", 1),
        ("live", "القاعات المباشرة", "Live halls", 1),
        ("trainer", "المدربون", "Trainers", 1),
        ("certificate", "فريق الشهادات", "Certificates", 1),
        ("content", "المادة العلمية", "Content", 1),
        ("oversight", "الجهات الإشرافية", "Oversight", 1),
        ("general", "مركز الاتصال", "Contact centre", 1),
        ("operations", "القسم التشغيلي المساند", "Operations", 2),
    )
)
SARA = Agent("sara@example.sa", Bilingual("سارة", "Sara"), teams=("certificate",))
OMAR = Agent("omar@example.sa", Bilingual("عمر", "Omar"), teams=("account", "platform", "live"))
HUDA = Agent("huda@example.sa", Bilingual("هدى", "Huda"), teams=("general", "enrolment", "trainer", "content", "oversight"))
MAJED = Agent("majed@example.sa", Bilingual("ماجد", "Majed"), level=2, manager=True)


FORM = Form(
    "website",
    "forms@example.sa",
    secret=FormSecret("token", Path(__file__).parent / "conversations" / "form.secret"),
    fields={
        "name": ("الاسم", "Name"),
        "email": ("البريد الإلكتروني", "Email"),
        "phone": ("الجوال",),
        "type": ("نوع الطلب",),
        "text": ("الرسالة", "Message"),
    },
)
"""The website's form; its secret is none outside these tests."""


def make_settings(root: Path = Path(), **changes: object) -> Settings:
    """The desk of Masaraat with four agents; keywords replace whole sections."""
    sections: dict[str, object] = {
        "desk": Desk(address=DESK, hold=timedelta(0), bundle=timedelta(0)),
        "mailboxes": (),
        "smtp": Smtp(Server("smtp", "127.0.0.1", 25, tls="none")),
        "root": root,
        "acknowledge": Acknowledge(),
        "teams": TEAMS,
        "agents": (SARA, OMAR, HUDA, MAJED),
        "forms": (FORM,),
    }
    return Settings(**{**sections, **changes})  # type: ignore[arg-type]  # the tests' keywords are sections


TUESDAY = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
"""Tuesday 24 November 2026, 09:00 in Riyadh: a working day."""
