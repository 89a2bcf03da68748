"""What the programs of `grammar_circles.toml` can use."""


class Node:
    def __init__(self, value, after=None):
        self.value = value
        self.next = after
        self.name = "node"

    def tail(self):
        return self.next.tail() if self.next else self


class State:
    def __init__(self, held=None):
        self.held = held
        self.steps = 0

    def step(self, held):
        self.steps = self.steps + 1
        if self.steps > 2:
            return State(self.held)
        self.held = held
        return self


def chain(*values):
    node = Node(None)
    for value in values:
        node = Node(value, node)
    return node


def fact(n):
    if n < 2 or n > 20:
        return 1
    return n * fact(n - 1)


def even(n):
    return 1 if n < 1 or n > 20 else odd(n - 1)


def odd(n):
    return 0 if n < 1 else even(n - 1)


def half(x):
    if isinstance(x, int):
        return x / 2
    return x


def flat(items):
    out = []
    if not isinstance(items, list):
        return [items]
    for one in items:
        out += flat(one) if isinstance(one, list) else [one]
    return out


def first(items):
    while isinstance(items, list) and items:
        items = items[0]
    return items


def again(x, times):
    if times < 1 or times > 5:
        return x
    return again([x] if times == 3 else x, times - 1)


def turned(x, times):
    y = None
    while 0 < times < 5:
        x, y = y, x
        times -= 1
    return x


def depth(x):
    return 1 + max(map(depth, x)) if isinstance(x, list) and x else 0


def joined(x):
    if isinstance(x, list):
        return ",".join(joined(one) for one in x)
    return str(x)


def last(node):
    while node.next:
        node = node.next
    return node
