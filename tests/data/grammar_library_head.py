"""What the programs of `grammar_library.toml` can use: modules that only compute, and no more."""

# ruff: noqa: F401 (the programs use them)

import ast
import base64
import binascii
import bisect
import bz2
import calendar
import collections
import colorsys
import configparser
import copy
import csv
import datetime
import decimal
import difflib
import fractions
import gzip
import hashlib
import heapq
import hmac
import html
import io
import ipaddress
import itertools
import json
import lzma
import math
import operator
import random
import re
import shlex
import statistics
import string
import struct
import textwrap
import unicodedata
import urllib.parse
import uuid
import zlib
from xml.etree import ElementTree
