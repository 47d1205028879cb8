"""What GB/T 9704-2012 asks of an official document: the page, the fonts, and the kinds of paragraphs there are."""

from dataclasses import dataclass

WIDTH, HEIGHT = 210, 297  # of the page in millimetres, as the margins
TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26
TO_FOOTER = 23  # from the lower edge: the page's number stands 7 mm below the text
LINES, CHARACTERS = 22, 28  # of a page, of a line
PITCH = 28.95  # points from line to line
SIZE = 16.0  # points: 三号

TITLE, BODY, HEAD, SECTION, NUMBER = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
# What to take where a machine lacks the font, and its class for programs that look for something like it.
INSTEAD = {
    TITLE: ("方正小标宋_GBK,华文中宋,宋体,SimSun", "roman"),
    BODY: ("仿宋,FangSong,华文仿宋,STFangsong", "modern"),
    HEAD: ("SimHei,华文黑体,STHeiti", "swiss"),
    SECTION: ("楷体,KaiTi,华文楷体,STKaiti", "modern"),
    NUMBER: ("SimSun,华文宋体,STSong", "roman"),
}


@dataclass(frozen=True)
class Look:
    """A kind of paragraph, by the name of its style. `indent`: characters of its first line; `from_right`: of all its
    lines; `level`: in the outline."""

    name: str
    font: str = BODY
    points: float = SIZE
    pitch: float = PITCH
    align: str = "both"
    indent: int = 2
    from_right: float = 0
    level: int | None = None
    on_new_page: bool = False

    @property
    def key(self) -> str:
        return self.name.title().replace(" ", "")


TEXT = Look("Normal")
DRAFT = Look("Draft", HEAD, align="left", indent=0)
HEADLINE = Look("Title", TITLE, 22, align="center", indent=0)
BELOW_HEADLINE = Look("Subtitle", SECTION, align="center", indent=0)
ADDRESS = Look("Salutation", align="left", indent=0)
CHAPTER = Look("heading 1", HEAD, align="left", level=0)
PART = Look("heading 2", SECTION, align="left", level=1)
SIGNED = Look("Signature", align="right", indent=0, from_right=2)
ANNEX = Look("Annex", HEAD, align="left", indent=0, on_new_page=True)
CELL = Look("Cell", points=10.5, pitch=15, align="left", indent=0)
CELL_CENTRED = Look("Cell centred", points=10.5, pitch=15, align="center", indent=0)
CELL_HEAD = Look("Cell head", HEAD, 10.5, 15, "center", 0)
AFTER_TABLE = Look("After table", points=1, pitch=1, indent=0)
ODD_PAGE = Look("Page odd", NUMBER, 14, 14, "right", 0, from_right=1)
EVEN_PAGE = Look("Page even", NUMBER, 14, 14, "left", 1)
LOOKS = (
    *(TEXT, DRAFT, HEADLINE, BELOW_HEADLINE, ADDRESS, CHAPTER, PART, SIGNED, ANNEX),
    *(CELL, CELL_CENTRED, CELL_HEAD, AFTER_TABLE, ODD_PAGE, EVEN_PAGE),
)
