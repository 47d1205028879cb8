"""A printed list of units into its names. Text is folded; places are those of the list's passage."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.documents.doubts import Doubt, Why
from tasks.documents.folding import masked
from tasks.documents.labels import FIRST_LEADS

SEPARATOR = re.compile(r"[、,;/\n\t\u2028|]+")
LONGEST_NAME = 26  # signs outside brackets
LONGEST_PAIR = 300  # signs: what is longer is no list of names
BODY = (
    r"(?:局|处|室|院|所|委|厅|办|科|股|部|会|站|队|署|厂|社|馆|司|政府|中心|公司|单位|部门|机构|企业|集团|学校|大学|医院|银行|"
    r"基地|联盟|园区|开发区|新区|示范区|高新区|税务|海关|街道|党组|支队|大队|系统|平台|组|行|党委|公安|"
    r"团体|方面|库|园|队|团中央|兵团|(?:合作|经开|保税|综保|度假|功能|试验|自贸|片|林|港|管理)区|"
    r"科协|妇联|工商联|残联|侨联|文联|台|机关|电网|石化|石油|海油|铁塔|电信|移动|联通|铁路|机场|邮政|烟草|电力|气象|消防|"
    r"专班|窗口|协调机制|院校|高校|法院|检察院|省军区|自治区)"
)
ENDS_LIKE_UNIT = re.compile(rf"{BODY}(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\])?$")
PLACES = (
    r"(?:地方|各地|各(?:区|市|县|镇|乡|州|盟|旗|区县|县区|市县|县市|市州|市区|县市区|地市|设区市|地级以上市|旗县|乡镇|镇街|街镇)"
    r"|各区\(县\)|各县\((?:市|区|市、区)\))"
)
WHOLE_PLACE = re.compile(rf"{PLACES}|(?:各|有关|相关)[^、]{{0,8}}(?:市|县|区|州|盟|旗|地区|镇|乡|街道)(?:\([^()]+\))?")
LEVEL = re.compile(
    r"(?:各|全|设)?(?:有关|相关)?(?:设区|地级以上|省辖|省直管|直管|直辖)?(?:国家|自治[区州县旗]|[县地]级市|直辖市|特区|林区|[省市县区州盟旗镇乡地]{1,3})(?:级)?"
    r"(?:\([省市县区州旗盟地特自治、]+\))?"
)
DEPARTMENTS = re.compile(r"(?:级|直|有关|相关)[^、]*(?:部门|单位)")
GOVERNMENT = re.compile(
    r"(?:自治)?[市县区州旗盟](?:\([市县区州旗盟、]+\))?级?(?:人民)?政府(?:\([^()]*\))?"
)  # 各盟行政公署、市人民政府
LEVELLED = re.compile(
    r"(?:两级|三级)?(?:地级以上)?(?:省直管)?(?:自治[区州县旗]|直辖市|[县地]级市|街道|[省市县区州盟旗镇乡]{1,3})?(?:级)?(?:\([省市县区州旗盟地特自治、]+\))?(?:级|两级|三级)?"
    r"(?:人民政府|政府|市场监管|市场监督管理|局$|管委会|有关部门|相关部门|各部门|部门$|直有关|直部门|街道|办事处)"
)
VERBS = re.compile(
    r"^(?:鼓励|支持|坚持|引导|组织|开展|加强|明确|压实|建立|完善|强化|依托|通过|对)|[将须由]|应(?![急用对])|要[求做将把在加]|按照?|做好|推动|负责|牵头|完成|加快|落实|强化|确保|年底|\d年|月底|月前|为$|[“”《》!?%:]"
)
TAIL = r"(?:部门|单位|处室|机构|科室|股室|院所|企业|地区|方面|组织|局|委办局)"
ETCETERA = re.compile(r"(?<![高中初平同特优均何])等(?!级|效|院校|学校|教育|离子|保)")
CLEAR_ETCETERA = re.compile(
    rf"等[省市区县州]?(?:有关|相关|省级|市级|省直|市直|区级|县级|国务院|中央|各|多个?|若干|其他|[一二两三四五六七八九十\d]+[个家]?)*"
    rf"(?:{TAIL}(?:[和及、/(]{TAIL}\)?)?)?"
)
AND = re.compile(r"以及|[和及与暨]")
LEADING = re.compile(
    r"(?:(?:(?:以上|上述|本项|该项|此项)(?:任务|工作|措施|事项)?)?由|以及|及其|及|和|与|并由|再由|、)(?=\S)"
)
ROLE = re.compile(r"[(\[](?:为)?(?P<lead>牵头|主办|第一责任)?(?P<support>配合|参与|协办)?(?:部门|单位|处室)?[)\]]$")
NOTE = re.compile(r"[(\[][^()\[\]]{1,40}[)\]]$")  # 市局计量处(排在第一位的为牵头单位)
WITHIN = re.compile(r"[(\[]([^()\[\]]+)[)\]]$")
LEVELS = re.compile(
    r"[省市县区州旗盟地特自治镇乡街道园功能级管委会行署、]+|[含不](?!.*(?:简称|下同)).+|.{2,12}[市区县州盟]|筹|本级|集团|党组"
)
STAR = r"[※*★☆▲△●◆◇#]*"
STARRED = re.compile(rf"{STAR}\s*(.*?)\s*{STAR}", re.DOTALL)
NOBODY = re.compile(r"[-—－/\\无\s]*")


@dataclass(frozen=True)
class Name:
    """A unit's printed name at its place, without 等; `end_printed` is where 等 ends."""

    start: int
    end: int
    end_printed: int
    role: str = ""  # of its own: 市局计量处(牵头)
    starred: bool = False  # ※市局计量处: by custom it leads


@dataclass
class Names:
    """A list as it was read."""

    found: list[Name] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def names(text: str, start: int, end: int) -> Names:
    """The units that a stretch of folded text lists."""
    read = Names()
    for one, other in _pieces(text, start, end, read.doubts):
        for name in _names_of(text, one, other, read.doubts):
            read.found.append(name)
            read.doubts += doubts_of(text[name.start : name.end])
            if name.starred:
                read.doubts.append(Doubt(Why.MARKED_UNIT, text[name.start : name.end]))
    return read


def is_like_unit(name: str) -> bool:
    """Whether it ends as units do, is no sentence and no longer than names are."""
    return not doubts_of(name)


def doubts_of(name: str) -> list[Doubt]:
    outside = re.sub(r"\x00+", "", masked(name))
    if len(outside) > LONGEST_NAME:
        return [Doubt(Why.LONG_UNIT, name)]
    if " " in name:
        return [Doubt(Why.SPACED_UNIT, name)]
    odd = len(name) < 2 or VERBS.search(outside) or not (ENDS_LIKE_UNIT.search(name) or WHOLE_PLACE.fullmatch(name))
    if odd or name.count("(") != name.count(")") or _has_strange_bracket(name):
        return [Doubt(Why.STRANGE_UNIT, name)]
    return []


def _has_strange_bracket(name: str) -> bool:
    """办公室(张三): what closes a name in brackets is another unit, or a level of one."""
    hit = WITHIN.search(name)
    within = hit[1] if hit else ""
    parts = re.split(r"[、,]", within)
    return bool(within) and not LEVELS.fullmatch(within) and not all(map(ENDS_LIKE_UNIT.search, parts))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " 。.:\n\t":
        start += 1
    while end > start and text[end - 1] in " 。.:\n\t":
        end -= 1
    found = LEADING.match(text, start, end)
    return (found.end() if found else start), end


def _pieces(text: str, start: int, end: int, doubts: list[Doubt]) -> Iterator[tuple[int, int]]:
    """Between separators outside brackets; 各市、县人民政府 is one."""
    outer, begin = masked(text[start:end]), 0
    cuts = [(cut.start(), cut.end()) for cut in SEPARATOR.finditer(outer)]
    pieces = []
    for stop, after in [*cuts, (len(outer), len(outer))]:
        pieces += _spaced(text, *_trimmed(text, start + begin, start + stop))
        begin = after
    held: int | None = None
    for place, (one, other) in enumerate(pieces):
        begins, held = one if held is None else held, None
        following = pieces[place + 1] if place + 1 < len(pieces) else None
        if following and _is_level_of(text[one:other], text[slice(*following)]):
            held = begins
            continue
        if begins != one and not re.fullmatch(r"各?[省市县区州旗].*(?:政府|监管局|监督管理局)等?", text[begins:other]):
            doubts.append(Doubt(Why.MERGED_LEVELS, text[begins:other]))
        yield begins, other


def _is_level_of(piece: str, following: str) -> bool:
    if re.match(r"各[盟州地旗]", piece) and GOVERNMENT.fullmatch(following):
        return True
    if (
        not LEVEL.fullmatch(piece)
        or following.startswith("各")
        or (piece[0] == "各" and DEPARTMENTS.search(following))
    ):
        return False
    return bool(LEVELLED.match(following) or LEVEL.fullmatch(following))


def _spaced(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spaces part names where every part looks like one."""
    if NOBODY.fullmatch(text, start, end) or FIRST_LEADS.match(text, start, end):
        return []
    parts = [(start + found.start(), start + found.end()) for found in re.finditer(r"\S+", text[start:end])]
    apart = len(parts) > 1 and all(is_like_unit(text[one:other]) for one, other in parts)
    return parts if apart else [(start, end)]


def _names_of(text: str, start: int, end: int, doubts: list[Doubt]) -> Iterator[Name]:
    both = _at_and(text, start, end)
    if both:
        doubts.append(Doubt(Why.JOINED_UNITS, text[start:end]))
        for one, other in both:
            yield from _at_etcetera(text, one, other, doubts)
    else:
        yield from _at_etcetera(text, start, end, doubts)


def _at_and(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """市教育局和市体育局 are two; 市经济和信息化局 is one: before its 和 stands no unit."""
    outer = masked(text[start:end]) if end - start <= LONGEST_PAIR else ""
    for found in AND.finditer(outer):
        left, right = text[start : start + found.start()], text[start + found.end() : end]
        bare = CLEAR_ETCETERA.sub("", right)
        if (
            len(left) > 2
            and len(right) > 2
            and ENDS_LIKE_UNIT.search(left)
            and (ENDS_LIKE_UNIT.search(bare) or WHOLE_PLACE.fullmatch(bare))
        ):
            return [
                (start, start + found.start()),
                *(_at_and(text, start + found.end(), end) or [(start + found.end(), end)]),
            ]
    return []


def _at_etcetera(text: str, start: int, end: int, doubts: list[Doubt]) -> Iterator[Name]:
    found = ETCETERA.search(masked(text[start:end]))
    if not found:
        yield from _with_role(text, start, end, end)
        return
    here, rest = start + found.start(), text[start + found.start() : end]
    clear = CLEAR_ETCETERA.fullmatch(rest)
    if not clear:
        doubts.append(Doubt(Why.ETCETERA, text[start:end]))
    if here > start:
        yield from _with_role(text, start, here, end if clear or rest.endswith(("部门", "单位")) else here + 1)
    if not clear and not rest.endswith(("部门", "单位")):
        yield from _with_role(text, here + 1, end, end)


def _with_role(text: str, start: int, end: int, printed: int) -> Iterator[Name]:
    note = NOTE.search(text, start, end)
    if note and FIRST_LEADS.search(note[0]):
        end = printed = note.start()
    bare = STARRED.fullmatch(text, start, end)
    starred = bool(bare and bare[0] != bare[1])
    if bare and starred:
        start, end, printed = bare.start(1), bare.end(1), min(printed, bare.end(1))
    found = ROLE.search(text, start, end)
    role = next((key for key, value in found.groupdict().items() if value), "") if found else ""
    if found and role:
        end = printed = found.start()
    if end > start:
        yield Name(start, end, printed, role, starred)
