"""The words by which documents say who leads and who helps. All patterns are for folded text."""

import re
from enum import StrEnum


class Says(StrEnum):
    """What a word says of the units beside it."""

    LEAD = "lead"
    SUPPORT = "support"
    RESPONSIBLE = "responsible"  # leads, unless a lead is named beside it
    MIXED = "mixed"  # 牵头及配合单位: who is which stands elsewhere, if anywhere
    OTHER = "other"  # a person, a date: no unit


BODIES = r"(?:部门|单位|处室|科室|股室|机构|处\(室\)|处\(科\)室|科\(处\)室|司局|委办局|主体|方)"
BODY = rf"(?:{BODIES}(?:[(/和及、]?{BODIES}\)?)?)"  # 牵头部门(单位)
DUTY = r"(?:责任|负责|落实|实施|承办)"
MIXED = rf"(?:主要)?(?:牵头|责任|主办){BODY}?(?:及|和|与|、|/|以及)(?:牵头|责任|配合|参与|协办|参加|落实){BODY}"
OTHER = (
    r"(?:牵头|责任|分管|包保|包联|挂钩|挂帅|联系|督办|主管|负责)[省市县区州厅局委院所]{0,2}(?:负责|责任)?(?:领导|人员|人|科长|处长|同志)|"
    r"联系人|联系电话|联络员|负责人|"
    r"(?:计划|完成|办结|工作|推进|落实|时间|进度|起止)?(?:时限|期限|时间|节点|进度)(?:要求|安排|节点)?|"
    r"(?:预期|工作|阶段)?(?:目标|成果|成效)(?:任务|要求)?|备注|(?:指导|督导|督办|督促|监督|监管|审核)(?:部门|单位|处室)"
)
LEAD = rf"(?:总|主要)?(?:牵头|主办|主责|第一责任)(?:{DUTY}|协调|汇总)?{BODY}?|主要(?:责任|负责){BODY}"
HELPS = r"(?:配合|参与|参加|协办|会办|协同|协助|协作|支持|共同责任|配合责任)"
SUPPORT = (
    rf"(?:主要)?{HELPS}{{1,2}}(?:{DUTY})?{BODY}?|(?:其他|其它)(?:{DUTY}|{HELPS})?{BODY}|"
    rf"(?:相关|有关)(?:{DUTY}|{HELPS}){BODY}"
)
RESPONSIBLE = (
    rf"(?:具体|组织)?(?:责任|负责|落实|承办|承担|实施|完成|分工|推进|办理|执行){BODY}|"
    r"(?:部门|单位|工作|责任|职责|任务)?分工"
)
KINDS = (
    (Says.MIXED, MIXED),
    (Says.OTHER, OTHER),
    (Says.LEAD, LEAD),
    (Says.SUPPORT, SUPPORT),
    (Says.RESPONSIBLE, RESPONSIBLE),
)
WORD = "|".join(f"(?P<{says}>{pattern})" for says, pattern in KINDS)
UNIT_WORD = "|".join(pattern for says, pattern in KINDS if says != Says.OTHER)

FIRST_LEADS = re.compile(
    r"(?:排(?:名|列|序)?(?:在|为|于)?|列(?:在|为|于)?|居|位列|名列)?(?:第一|首)(?:位|个|名|家)?(?:的)?(?:责任)?(?:的|单位|部门|处室|者)?"
    r"(?:的)?(?:单位|部门|处室)?(?:均|即)?(?:为|是|系)(?:该|此|本)?项?(?:任务|工作)?的?(?:总|主要)?(?:牵头|主办|主责)"
    r"|(?:第一|首)(?:位|个|名|家)(?:的)?(?:责任)?(?:单位|部门|处室)牵头"
    r"|(?:牵头|主办|主责)(?:单位|部门|处室)(?:均|统一)?(?:排|列|居)(?:名|列)?(?:在|于)?(?:第一|首)"
)
STARRED_LEADS = re.compile(
    r"(?:带|加|标|注)[^,。;:()]{0,6}(?:\*|★|☆|▲|△|#|下划线|加粗|黑体)[^,。;:]{0,8}(?:为|是)(?:总|主要)?牵头"
)

NOTE = r"(?:\([^()]{0,40}\))?"  # 责任单位(排在第一位的为牵头单位):
COLON = r"\s*(?::|—{1,2}|-{2})"
ORNAMENT = "★☆◆◇■□●▲△▶►•·"
LABEL = re.compile(rf"(?:[国省市区县州局]级)?(?:{WORD}){NOTE}{COLON}")
LABEL_IN_BRACKETS = re.compile(rf"[\[{ORNAMENT}]\s*(?:{WORD})\s*[\]{ORNAMENT}]\s*:?")  # 【牵头单位】市局计量处
BARE_LABEL = re.compile(rf"(?:{WORD}){NOTE}[ \t]+(?=\S)")  # at the start of a line only
UNIT_LABEL = re.compile(rf"(?:{UNIT_WORD}){NOTE}\s*:")
STARTS_WITH_LABEL = re.compile(rf"[(\[]?\s*(?:{UNIT_WORD}|{OTHER}){NOTE}\s*[:\]]")
ENDS_WITH_LABEL = re.compile(rf"(?:{UNIT_WORD})\s*:$")
LABEL_MEANT = re.compile(rf"(?<![各由])(?:牵头|责任|配合|协办|参与|主办){BODY}\s*(?:[:为是]|\s)")

# X牵头,Y、Z配合; what may follow is the end, a separator, or the next unit.
HOW = r"(?:落实|实施|组织实施|推进|抓落实|抓好落实|办理|组织|抓总|推动|完成)"
BY_DUTY = (
    r"(?:(?:按照?|根据|依据?|依照)(?:各自)?(?:的)?(?:工作)?(?:职责|职能|责任)(?:任务|权限)?(?:分工)?"
    r"|按?分工|分别|分头|共同|具体|各自|结合(?:各自|本?地?|工作)?实际|牵总)"
)
ENDS_ROLE = re.compile(
    rf"(?P<lead>(?:{BY_DUTY}|负责|总|双|联合){{0,3}}牵头(?:负责)?{HOW}?|主办)"
    rf"|(?P<support>(?:{BY_DUTY}|积极|协同|协助|密切|予以|做好){{0,3}}(?:配合|参与|参加|协办|会办|协助|支持|协同)(?:配合|工作|{HOW})?)"
    rf"|(?P<responsible>{BY_DUTY}{{0,3}}(?:负责|承担|落实){HOW}?|{BY_DUTY}{{1,3}}{HOW}|(?:组织|抓好)?(?:实施|落实|办理)(?=$|[,;。]))"
)
# X牵头制定方案,Y配合做好宣传: what exactly, up to the next separator.
WHAT = re.compile(
    r"并?(?:制定|制订|起草|组织|推进|实施|开展|编制|做好|建设|完成|协调|统筹|建立|推动|出台|研究|落实|抓好|指导|办理|提出)[^,;、。\n]{0,16}(?=[,;。]|$)"
)
JOINING = re.compile(r"会同|会商|商(?=[国省市区县])")
