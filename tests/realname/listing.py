"""Invented banks and branches, with valid check digits."""

from collections.abc import Iterator
from itertools import product

from stdnum.iso7064 import mod_11_10

from account_center.kit.actor import system_actor
from account_center.realname.services.branch_list import ImportReport, import_branches, read_list

ACTOR = system_actor("tests")
COUNTRY_BANK = "青灯农村商业银行"
HEAD = "number,name,bank,city"
_PLACES = "东西南北中上下新老大小长高青白红金银石木水火"


def number(bank: str, city: int, branch: int) -> str:
    body = f"{bank}{city:04d}{branch:04d}"
    return body + mod_11_10.calc_check_digit(body)


def line(of_bank: str, city: int, branch: int, name: str, bank: str = "", place: str = "") -> str:
    return f"{number(of_bank, city, branch)},{name},{bank},{place}"


LANTERN = line("102", 3310, 1, "中国工商银行股份有限公司杭州市武林支行", "中国工商银行股份有限公司", "杭州市")
HARBOUR = line("102", 3310, 2, "中国工商银行股份有限公司杭州武林门支行营业室", "", "杭州市")
HEAD_OFFICE = line("102", 1000, 1, "中国工商银行股份有限公司营业部", "", "北京市")
COUNTRY = line("402", 3321, 1, f"{COUNTRY_BANK}灯塔路支行", COUNTRY_BANK, "宁波市")
OTHER_COUNTRY = line("402", 3421, 1, "白塔村镇银行湖心支行", "白塔村镇银行")
LINES = (LANTERN, HARBOUR, HEAD_OFFICE, COUNTRY, OTHER_COUNTRY)


def file_of(*lines: str, head: str = HEAD) -> bytes:
    return "\r\n".join((head, *lines, "")).encode()


def bring_in(*lines: str, many_may_go: bool = True) -> ImportReport:
    found = read_list(file_of(*(lines or LINES)))
    assert not found.bad
    return import_branches(actor=ACTOR, branches=found.branches, many_may_go=many_may_go)


def many(count: int, bank: str = "102") -> Iterator[str]:
    """So many branches of one bank, in towns and streets that were never built."""
    names = ("".join(signs) for signs in product(_PLACES, repeat=4))
    for at, name in zip(range(count), names, strict=False):
        yield line(
            bank, at // 9000, at % 9000, f"中国工商银行股份有限公司{name[:2]}市{name[2:]}路支行", "", f"{name[:2]}市"
        )
