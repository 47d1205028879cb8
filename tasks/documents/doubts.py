"""What the reader is unsure of, each with the sentence that tells it. Silence means that nothing seemed wrong."""

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """The reasons, and their sentences."""

    NO_UNITS = "没有读到责任单位。"
    NO_LEAD = "只有配合单位，没有读到牵头单位。"
    NO_ROLE = "单位未注明牵头或配合，暂按牵头读入：{about}"
    MIXED_ROLES = "未分清牵头和配合，暂全部按牵头读入：{about}"
    BOTH_ROLES = "同一单位既牵头又配合，暂按牵头读入：{about}"
    JOINED_ROLE = "“会同”后的单位暂按配合读入：{about}"
    UNPARSED = "责任分工没有完全读懂：{about}"
    UNCLOSED = "括号没有配对：{about}"
    LONG_UNIT = "单位名称过长，可能没有分开：{about}"
    STRANGE_UNIT = "不像单位名称：{about}"
    JOINED_UNITS = "以“和”“及”相连，暂分为两个单位：{about}"
    MERGED_LEVELS = "暂作一个单位读入：{about}"
    SPACED_UNIT = "单位名称中有空格：{about}"
    BROKEN_LIST = "名单跨行，断行处可能拆开了一个名称：{about}"
    ETCETERA = "“等”字的范围不明：{about}"
    NOTED_ELSEWHERE = "“排在第一位的为牵头单位”写在另一项任务中，暂同样适用。"
    STARRED = "牵头单位以符号或字体标明，文字中读不出，暂全部按牵头读入。"
    MARKED_UNIT = "单位旁有符号，暂按牵头单位读入：{about}"
    SEVERAL_LISTS = "责任单位分几处写出，可能应分为几项任务：{about}"
    TOLD_ELSEWHERE = "文件另一处（附件或表格）所列责任单位与此不同：{about}"
    UNITS_ELSEWHERE = "责任单位写在所属标题或各小项之后，暂归本项：{about}"
    HEADING_UNITS = "所属标题另有责任单位，未读入：{about}"
    NUMBER_MISSING = "编号不连续：{about}"
    NUMBER_REPEATED = "编号重复：{about}"
    NUMBER_NOT_PRINTED = "文中没有编号，按顺序编号。"
    PERHAPS_NUMBER = "行首数字没有作为编号读：{about}"
    LONG_TITLE = "没有单独的标题，暂取首句。"
    SUB_ITEMS = "含编号小项，责任单位写在标题上或各小项后，可能应分为几项任务。"
    NO_TITLE = "没有读到文件标题。"
    NO_YEAR = "没有读到年份。"
    NO_ISSUER = "没有读到发文机关。"
    NO_DATE = "没有读到成文日期。"
    NO_TASKS = "没有读到任务。"
    NOT_IN_TASK = "不属于任何任务的句子中有责任单位：{about}"
    TABLE_UNREAD = "表格没有读懂：{about}"
    TABLE_LEFT = "正文已有任务，表格未读入：{about}"
    PART_LEFT = "附件中的内容未读入：{about}"
    NO_GROUPS = "文中没有任务板块标题，全部任务暂归一个板块。"
    RENUMBERED = "文中编号有重复，已按全文顺序重新编号：{about}"
    TITLE_CUT = "标题过长，已截取前面部分：{about}"


LONGEST_ABOUT = 60


@dataclass(frozen=True)
class Doubt:
    """`about` are the words it is about."""

    why: Why
    about: str = ""

    def __str__(self) -> str:
        about = " ".join(self.about.split())
        return self.why.value.format(about=about if len(about) <= LONGEST_ABOUT else about[:LONGEST_ABOUT] + "…")
