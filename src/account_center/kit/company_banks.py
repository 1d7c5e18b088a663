"""Mainland banks that keep accounts of companies, for the searchable list (2.1.5)."""

from dataclasses import dataclass

from account_center.kit.typed import fold


@dataclass(frozen=True, slots=True)
class CompanyBank:
    """A bank. ``cnaps``: the three digits its branches' numbers begin with; empty where several banks share them."""

    code: str
    name_zh: str
    name_en: str
    cnaps: str

    @property
    def shown(self) -> str:
        """By every name that it has."""
        return self.name_zh if self.name_en == self.name_zh else f"{self.name_zh} {self.name_en}"


# Head offices. City and rural banks share 313, 314 and 402, so nothing is compared there.
_TABLE = (
    ("ICBC", "中国工商银行", "Industrial and Commercial Bank of China", "102"),
    ("ABC", "中国农业银行", "Agricultural Bank of China", "103"),
    ("BOC", "中国银行", "Bank of China", "104"),
    ("CCB", "中国建设银行", "China Construction Bank", "105"),
    ("COMM", "交通银行", "Bank of Communications", "301"),
    ("CITIC", "中信银行", "China CITIC Bank", "302"),
    ("CEB", "中国光大银行", "China Everbright Bank", "303"),
    ("HXBANK", "华夏银行", "Hua Xia Bank", "304"),
    ("CMBC", "中国民生银行", "China Minsheng Bank", "305"),
    ("GDB", "广发银行", "China Guangfa Bank", "306"),
    ("PINGAN", "平安银行", "Ping An Bank", "307"),
    ("CMB", "招商银行", "China Merchants Bank", "308"),
    ("CIB", "兴业银行", "Industrial Bank", "309"),
    ("SPDB", "浦发银行", "Shanghai Pudong Development Bank", "310"),
    ("EGBANK", "恒丰银行", "Hengfeng Bank", "315"),
    ("CZBANK", "浙商银行", "China Zheshang Bank", "316"),
    ("BOHAIB", "渤海银行", "China Bohai Bank", "318"),
    ("PSBC", "中国邮政储蓄银行", "Postal Savings Bank of China", "403"),
    ("BJBANK", "北京银行", "Bank of Beijing", ""),
    ("SHBANK", "上海银行", "Bank of Shanghai", ""),
    ("NBBANK", "宁波银行", "Bank of Ningbo", ""),
    ("JSBANK", "江苏银行", "Bank of Jiangsu", ""),
    ("NJCB", "南京银行", "Bank of Nanjing", ""),
    ("HZCB", "杭州银行", "Bank of Hangzhou", ""),
)
COMPANY_BANKS = {code: CompanyBank(code, zh, en, cnaps) for code, zh, en, cnaps in _TABLE}


def find_banks(text: str) -> list[CompanyBank]:
    """The banks that ``text`` may mean, in either language: the one of exactly that name, else every one with it inside."""
    wanted = _key(text)
    if not wanted:
        return []
    called = bank_called(text)
    return [called] if called else [bank for bank, known in _NAMES if any(wanted in name for name in known)]


def bank_called(text: str) -> CompanyBank | None:
    """The bank of exactly this name, in either language, with or without its legal form."""
    wanted = _key(text)
    return next((bank for bank, known in _NAMES if wanted in known), None)


def _key(text: str) -> str:
    return fold(text).replace(" ", "").removesuffix("股份有限公司")


_NAMES = [(bank, (_key(bank.name_zh), _key(bank.name_en), _key(bank.code))) for bank in COMPANY_BANKS.values()]
