"""The clauses that name the units of a task, in any of their forms. Folded text in, mentions with their places out."""

import re
from collections.abc import Iterator

from tasks.documents.doubts import Doubt, Why
from tasks.documents.folding import CLOSING, OPENING, masked
from tasks.documents.labels import BARE_LABEL, FIRST_LEADS, LABEL, LABEL_IN_BRACKETS, LABEL_MEANT, Says
from tasks.documents.lists import BOUNDARY, Clause, before_note, is_time, labelled, listed, suffixed, without_date
from tasks.documents.units import ROLE, Names, doubts_of, is_like_unit, names

LONGEST_LINE = 200
SENTENCE = re.compile(r"[^。\n]+")
ENDS_LIST = ("", "。", ";", ")")
GOES_ON = re.compile(r"\n *[^、,。;:()\[\]\n\x00]{1,10}(?:[、,]|等?[。;]? *(?:\n|$))")
ROLE_WORDS = re.compile(
    r"牵头(?:$|[,;、。 :负落实责主单部])|配合单位|配合部门|责任(?:单位|部门|处室)|负责$|参与单位|协办单位"
)


def clauses(text: str) -> tuple[list[Clause], list[Doubt]]:
    """All clauses of a folded text in order, and what seemed to be one but could not be read."""
    doubts: list[Doubt] = []
    found = list(_in_brackets(text, doubts))
    found += _labelled_lines(_without(text, found))
    found += _plain_sentences(_without(text, found))
    found.sort(key=lambda clause: clause.start)
    rest = _without(text, found)
    doubts += [Doubt(Why.UNPARSED, text[hit.start() : hit.start() + 30]) for hit in LABEL_MEANT.finditer(rest)]
    return found, doubts


def _without(text: str, found: list[Clause]) -> str:
    """The text with the clauses blotted out, each sign in its place."""
    signs = list(text)
    for clause in found:
        signs[clause.start : clause.end] = "\x00" * (clause.end - clause.start)
    return "".join(signs)


# ---- in brackets ----


def brackets(text: str) -> Iterator[tuple[int, int, bool]]:
    """The outermost brackets, each with whether it is closed; a line that ends closes all."""
    depth, start = 0, 0
    for place, sign in enumerate(f"{text}\n"):
        if sign in OPENING:
            start = place if depth == 0 else start
            depth += 1
        elif sign in CLOSING and depth:
            depth -= 1
            if depth == 0:
                yield start, place + 1, True
        elif sign == "\n" and depth:
            depth = 0
            yield start, place, False


def _in_brackets(text: str, doubts: list[Doubt]) -> Iterator[Clause]:
    for start, end, closed in brackets(text):
        if LABEL_IN_BRACKETS.fullmatch(text, start, end):
            continue  # its units stand behind it
        clause = bracketed(text, start, end, closed)
        if clause:
            yield clause
        elif _should_have_been(text[start:end]):
            doubts.append(Doubt(Why.UNPARSED, text[start:end]))


def _should_have_been(words: str) -> bool:
    inner = words.strip("()[] ")
    if ROLE.fullmatch(words) or FIRST_LEADS.search(words):
        return False
    return bool(ROLE_WORDS.search(inner)) and not re.search(r"为(?:总|主要)?牵头(?:单位|部门)?$", inner)


def bracketed(text: str, start: int, end: int, closed: bool) -> Clause | None:
    """The clause in these brackets, if there is one."""
    first, last = start + 1, end - closed
    clause = labelled(text, first, last) or _suffixed_by_units(text, first, last) or _unlabelled(text, first, last)
    if clause is None:
        return None
    clause.start, clause.end = start, end
    if not closed:
        clause.doubts.append(Doubt(Why.UNCLOSED, text[start:end]))
    return clause


def _suffixed_by_units(text: str, start: int, end: int) -> Clause | None:
    """（企业自主负责）names nobody."""
    clause = suffixed(text, start, end)
    named = [text[mention.name.start : mention.name.end] for mention in clause.mentions] if clause else []
    return clause if any(is_like_unit(name) for name in named) else None


def _unlabelled(text: str, start: int, end: int) -> Clause | None:
    """One of these forms with a sentence behind it, or a list and nothing more."""
    noted = Clause(start, end)
    stop = before_note(noted, text, start, end)
    clause = (_suffixed_by_units(text, start, stop) if stop < end else None) or _bare(text, start, stop, end)
    if clause:
        clause.doubts += noted.doubts
    return clause


def _bare(text: str, start: int, stop: int, end: int) -> Clause | None:
    """（市局计量处、各区市场监管局）and nothing more, at the end of its line or before all words."""
    after = text[end + 1 :].lstrip(" ").lstrip("。;")
    if after and not after.startswith("\n") and text[: start - 1].strip():
        return None
    stop = without_date(text, start, stop)
    read = names(text, start, stop)
    strong = all(is_like_unit(text[name.start : name.end]) and name.end - name.start > 2 for name in read.found)
    if not read.found or not strong or not _is_list(text[start:stop], len(read.found)):
        return None
    clause = Clause(start, end)
    clause.take(text, start, stop, Says.RESPONSIBLE)
    clause.doubts.append(Doubt(Why.NO_ROLE, text[start:stop]))
    return clause


def _is_list(words: str, count: int) -> bool:
    """One name alone may be anything; as a clause it begins with a level."""
    return count > 1 or bool(re.match(r"[省市区县局各本]", words.strip()))


# ---- labels ----


def _labelled_lines(text: str) -> list[Clause]:
    """Labels outside brackets, at the beginning of a line or sentence; their lists end with it."""
    outer = _masked_but_labels(text)
    marks = sorted(_free_labels(text, outer), key=lambda mark: mark.start())
    found = []
    for place, mark in enumerate(marks):
        limit = marks[place + 1].start() if place + 1 < len(marks) else len(text)
        stop = next((at for at in range(mark.end(), limit) if outer[at] in "\n。"), limit)
        stop = min(stop, next((at for at in range(mark.end(), limit) if text[at] == "\x00"), limit))
        first, stop = stop, _with_following_lines(text, stop, limit)
        clause = Clause(mark.start(), stop)
        if _may_be_torn(text[mark.end() : first], text[first:stop], text[stop:limit]):
            clause.doubts.append(Doubt(Why.BROKEN_LIST, text[mark.end() : stop]))
        says = Says(mark.lastgroup or Says.OTHER)
        if says != Says.OTHER:
            listed(clause, text, mark.end(), stop, says)
        found.append(clause)
    return found


def _may_be_torn(line: str, following: str, rest: str) -> bool:
    """Whether a line break may stand within a name: lists go on below line by line, or not at all."""
    broken = following and (re.search(r"[、,;][^、,;]+$", line) or re.search(r"[、,;]", following))
    torn = GOES_ON.match(rest) if line.rstrip()[-1:] not in ENDS_LIST else None
    return bool(broken) or (torn is not None and not is_time(torn[0].strip(" \n。;")))


def _with_following_lines(text: str, stop: int, limit: int) -> int:
    """Lines that hold units and nothing else go on with the list."""
    while stop < limit and text[stop] == "\n":
        end = text.find("\n", stop + 1, limit)
        end = limit if end < 0 else end
        words = text[stop + 1 : end]
        listed = (
            names(words, 0, len(words)) if 0 < len(words.strip()) <= LONGEST_LINE and "\x00" not in words else Names()
        )
        if not listed.found or listed.doubts or words.rstrip().endswith("。"):
            break
        stop = end
    return stop


def _masked_but_labels(text: str) -> str:
    return "\n".join(masked(line) for line in text.split("\n"))


def _free_labels(text: str, outer: str) -> Iterator[re.Match[str]]:
    """One label at a place: with its colon, alone in brackets, or before a space at the start of a line."""
    end = -1
    hits = [*LABEL.finditer(outer), *LABEL_IN_BRACKETS.finditer(text)]
    hits += [hit for hit in BARE_LABEL.finditer(outer) if hit.start() == 0 or outer[hit.start() - 1] == "\n"]
    for hit in sorted(hits, key=lambda hit: (hit.start(), -hit.end())):
        before = outer[max(hit.start() - 4, 0) : hit.start()].replace("\x00", ")")
        free = not before or hit.re is LABEL_IN_BRACKETS or BOUNDARY.search(before)
        if hit.start() >= end and free:
            end = hit.end()
            yield hit


def _plain_sentences(text: str) -> Iterator[Clause]:
    """A sentence outside brackets that says who does it and nothing else; here every name must look like one."""
    for hit in SENTENCE.finditer(text):
        words = hit[0]
        if (
            "\x00" in words
            or len(words) > 400
            or not re.search(r"(?:牵头|负责|配合|落实|实施|参与|协办)[ ;]*$", words)
            or not re.search(r"牵头|负责|配合|参与|协办|分工|职责", words)
        ):
            continue
        clause = suffixed(text, hit.start(), hit.end())
        if clause and _says_who_does(clause, text):
            yield clause


def _says_who_does(clause: Clause, text: str) -> bool:
    named = [text[mention.name.start : mention.name.end] for mention in clause.mentions]
    return any(mention.says != Says.SUPPORT for mention in clause.mentions) and not any(
        doubt.why != Why.LONG_UNIT for name in named for doubt in doubts_of(name)
    )
