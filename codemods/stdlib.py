"""The modules of the standard library, whichever Python runs us: findings must not depend on that."""

from __future__ import annotations

import sys

# What Python 3.11, the oldest that runs us, has and a later one has not, by What's New in Python (Removed).
_GONE = {
    *("aifc", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "crypt", "distutils", "imghdr"),
    *("imp", "lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes", "smtpd", "sndhdr"),
    *("spwd", "sunau", "telnetlib", "uu", "xdrlib"),
}
_NEW = {"annotationlib", "compression"}  # in Python 3.14
STANDARD_MODULES = sys.stdlib_module_names | _GONE | _NEW


def is_standard(dotted: str) -> bool:
    """Whether a name is of the standard library."""
    return dotted.partition(".")[0] in STANDARD_MODULES
