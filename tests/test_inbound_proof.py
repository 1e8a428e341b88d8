"""What results of authentication say of a sender's domain."""

import pytest

from mailticket.inbound.proof import parse_results


@pytest.mark.parametrize(
    ("results", "aligned"),
    [
        ("dmarc=pass header.from=example.com", True),
        ("dmarc=pass", True),
        ("dkim=pass header.d=example.com", True),
        ("dkim=pass header.i=@example.com", True),
        ("dkim=pass header.i=noura@example.com", True),
        ('dkim=pass header.d="example.com"', True),
        ("dkim=pass header.d=mail.example.com", False),
        ("dkim=pass header.d=example.org; dmarc=none", False),
        ("dkim=pass header.d=m; spf=pass", False),
        ("dkim=fail header.d=example.com", False),
        ("spf=pass smtp.mailfrom=example.com", False),
        ("dmarc=fail header.from=example.com; dkim=pass header.d=evil.example", False),
    ],
)
def test_a_signature_speaks_for_its_domain(results: str, aligned: bool) -> None:
    """DMARC that passes, or DKIM of the sender's own domain: nothing else vouches for who wrote."""
    assert parse_results(results, "example.com").is_aligned is aligned
