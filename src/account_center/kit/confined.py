"""A child process gives up what it does not need, before it reads what a stranger wrote.

For the programs that ``plumbing.limited_child`` starts. Knows neither Django nor a key. Everything is given up by as much
as the system offers: on Linux processor time, memory, files, network, other programs; on macOS the kernel takes no limit
of memory; where Python has no ``resource`` (Windows) only the time that the parent waits is left.
"""

import ctypes
import platform
import struct
import sys

try:
    import resource
except ImportError:  # pragma: no cover - Windows
    LIMITABLE = False
else:
    LIMITABLE = True

# What a program that reads a picture never has to ask the kernel for: a network, another program, another process, a way
# out of its group, and changing or removing files. Numbers of the system calls by architecture (Linux, asm/unistd.h).
_REFUSED_CALLS = {
    "x86_64": {
        "socket": 41,
        "connect": 42,
        "fork": 57,
        "vfork": 58,
        "execve": 59,
        "kill": 62,
        "truncate": 76,
        "rename": 82,
        "mkdir": 83,
        "rmdir": 84,
        "creat": 85,
        "link": 86,
        "unlink": 87,
        "symlink": 88,
        "chmod": 90,
        "fchmod": 91,
        "chown": 92,
        "fchown": 93,
        "lchown": 94,
        "ptrace": 101,
        "setpgid": 109,
        "setsid": 112,
        "mount": 165,
        "mkdirat": 258,
        "fchownat": 260,
        "unlinkat": 263,
        "renameat": 264,
        "linkat": 265,
        "symlinkat": 266,
        "fchmodat": 268,
        "process_vm_readv": 310,
        "process_vm_writev": 311,
        "renameat2": 316,
        "bpf": 321,
        "execveat": 322,
        "io_uring_setup": 425,
        "openat2": 437,
    },
    "aarch64": {
        "mkdirat": 34,
        "unlinkat": 35,
        "symlinkat": 36,
        "linkat": 37,
        "renameat": 38,
        "mount": 40,
        "truncate": 45,
        "fchmod": 52,
        "fchmodat": 53,
        "fchownat": 54,
        "fchown": 55,
        "ptrace": 117,
        "kill": 129,
        "setpgid": 154,
        "setsid": 157,
        "socket": 198,
        "connect": 203,
        "execve": 221,
        "process_vm_readv": 270,
        "process_vm_writev": 271,
        "renameat2": 276,
        "bpf": 280,
        "execveat": 281,
        "io_uring_setup": 425,
        "openat2": 437,
    },
}
# Opening a file stays allowed for reading: the number of the call, and which argument has the flags.
_OPENING = {"x86_64": ((2, 1), (257, 2)), "aarch64": ((56, 2),)}
_FOR_WRITING = 0o1 | 0o2 | 0o100 | 0o1000  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_*
_X32_CALLS = 0x4000_0000  # a second set of numbers on x86_64
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _JUMP_IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT, _ARGUMENT = 0, 4, 16, 8  # offsets in struct seccomp_data
_ALLOW, _KILL, _ERROR_EPERM = 0x7FFF_0000, 0x8000_0000, 0x0005_0001
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2  # prctl


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def confine(*, cpu_seconds: int, memory_bytes: int, count_addresses: bool = True) -> bool:
    """Limits this process for good: processor time, memory, no file written, no network, no other program.

    Memory is the address space; with ``count_addresses`` False only what the process can write to.
    True if the kernel took everything; False where part of it is not to be had. Call it after the imports: what is
    loaded later counts as well.
    """
    limited = LIMITABLE and _limit(
        cpu_seconds, memory_bytes, resource.RLIMIT_AS if count_addresses else resource.RLIMIT_DATA
    )
    return _refuse_calls() and limited


def _limit(cpu_seconds: int, memory_bytes: int, counted: int) -> bool:
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "linux":  # elsewhere the kernel refuses or ignores this one
        return False
    resource.setrlimit(counted, (memory_bytes, memory_bytes))
    return True


def _refuse_calls() -> bool:
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _REFUSED_CALLS:
        return False
    program = _program(machine)
    libc = ctypes.CDLL(None, use_errno=True)
    wanted = _Program(len(program) // 8, program)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return bool(libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(wanted)) == 0)


def _program(machine: str) -> bytes:
    """The filter in the kernel's own little language: refused calls fail with EPERM, everything else goes on."""
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_IF_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        *_refused_if(_JUMP_IF_AT_LEAST, _X32_CALLS),
        *(step for number in sorted(_REFUSED_CALLS[machine].values()) for step in _refused_if(_JUMP_IF_EQUAL, number)),
        *(step for number, flags in _OPENING[machine] for step in _read_only(number, flags)),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _refused_if(condition: int, value: int) -> list[tuple[int, int, int, int]]:
    return [(condition, 0, 1, value), (_RETURN, 0, 0, _ERROR_EPERM)]


def _read_only(number: int, flags: int) -> list[tuple[int, int, int, int]]:
    return [
        (_JUMP_IF_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, _ARGUMENTS_AT + flags * _ARGUMENT),
        *_refused_if(_JUMP_IF_ANY_BIT, _FOR_WRITING),
        (_RETURN, 0, 0, _ALLOW),
    ]
