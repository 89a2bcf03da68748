"""Modules of the standard library that not every Python has."""

ONLY_ON_WINDOWS = frozenset(("_winapi", "msilib", "msvcrt", "nt", "winreg", "winsound"))
ONLY_ON_UNIX = frozenset(
    ("fcntl", "grp", "posix", "pty", "pwd", "resource", "spwd", "syslog", "termios", "tty")
)
# Modules some of whose constants are not there on every platform.
WITH_OTHER_CONSTANTS = frozenset(
    ("os", "socket", "signal", "select", "subprocess", "fcntl", "ssl", "mmap", "time", "winreg")
)
_NEW = {"tomllib"}  # since Python 3.11
_GONE = {"asynchat", "asyncore", "cgi", "cgitb", "crypt", "distutils", "imp", "nis", "smtpd", "telnetlib"}
# What a build without some library, or a distribution, leaves out.
_OPTIONAL = {"bz2", "ctypes", "curses", "lzma", "readline", "sqlite3", "ssl", "tkinter", "zlib"}

NOT_EVERYWHERE = frozenset(ONLY_ON_WINDOWS | ONLY_ON_UNIX | _NEW | _GONE | _OPTIONAL)
