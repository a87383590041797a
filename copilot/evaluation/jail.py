"""The first process of a sandbox: it locks itself in and then becomes the program.

It is run by its path, by itself, with the standard library only, and reads one JSON object from standard input:
``command``, ``environment``, ``source`` (the text of ``program.py`` in the scratch folder), ``root`` (an empty folder
to mount the new root on), ``readable`` (folders and files that it may read), ``limits`` and ``scratch_bytes``.
Namespaces take the network, other processes and all mounts away; what remains is a new root with the readable places,
read-only, and one scratch folder in memory. Calls that keep memory where nobody counts it, or that no program which
computes and prints has a use for, are refused. Whatever of this cannot be had ends the process with ``REFUSED``:
nothing runs half locked in.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import signal
import sys
from typing import Any, NoReturn

#: Exit code of a sandbox that could not be made; the reason stands on standard error.
REFUSED = 125
SCRATCH = "/scratch"
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")

_NEW_NAMESPACES = 0x00020000 | 0x04000000 | 0x08000000 | 0x20000000 | 0x40000000  # mount, uts, ipc, pid, net
_NEW_USER = 0x10000000
_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 4096, 16384, 1 << 18
_SYS_MOUNT_SETATTR, _AT_FDCWD, _AT_RECURSIVE = 442, -100, 0x8000
_ATTR_RDONLY, _ATTR_NOSUID = 1, 2
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_DUMPABLE, _PR_SET_SECCOMP = 1, 38, 4, 22
_FILTER = 2

#: Of each machine the number that the kernel knows it by, and the numbers of the calls that are refused, in this order:
#: memfd_create shmget msgget semget mq_open, add_key request_key keyctl bpf perf_event_open userfaultfd ptrace
#: process_vm_readv process_vm_writev, mount umount2 pivot_root unshare setns chroot.
_REFUSED_CALLS = {
    "x86_64": (0xC000003E, (319, 29, 68, 64, 240, 248, 249, 250, 321, 298, 323, 101, 310, 311, 165, 166, 155, 272,
                            308, 161)),
    "aarch64": (0xC00000B7, (279, 194, 186, 190, 180, 217, 218, 219, 280, 241, 282, 117, 270, 271, 40, 39, 41, 97,
                             268, 51)),
}  # fmt: skip
#: On every machine alike: io_uring_setup io_uring_enter io_uring_register, the calls that make mounts anew, and
#: memfd_secret.
_REFUSED_EVERYWHERE = (425, 426, 427, 428, 429, 430, 431, 432, 433, 442, 447)
#: From here on x86_64 has a second number for every call.
_SECOND_NUMBERS = 0x40000000
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000  # refused with EPERM

_libc = ctypes.CDLL(None, use_errno=True)


def main() -> NoReturn:
    """Locks in and runs; the exit code is the program's, or 128 and the signal that ended it."""
    order = json.loads(sys.stdin.buffer.readline())
    try:
        _locked(order)
    except OSError as error:
        sys.stderr.write(f"sandbox: {error.strerror} ({error.filename or 'system call'})\n")
        sys.stderr.flush()
        os._exit(REFUSED)


def _locked(order: dict[str, Any]) -> NoReturn:
    _call("prctl", _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
    privileged = os.geteuid() == 0
    # As root, a user of its own: limits on processes do not bind root, and nobody else owns anything by that number.
    user = 1_000_000_000 + os.getpid() if privileged else os.getuid()
    group = user if privileged else os.getgid()
    _call("unshare", _libc.unshare(_NEW_NAMESPACES | (0 if privileged else _NEW_USER)))
    if not privileged:
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{user} {user} 1")
        _write("/proc/self/gid_map", f"{group} {group} 1")
    root = _new_root(order, owner=(user, group))
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    child = os.fork()
    if child == 0:
        _become(order, root, user, group, privileged=privileged)
    os.close(1)
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))


def _new_root(order: dict[str, Any], *, owner: tuple[int, int]) -> str:
    """A folder that holds the readable places and the scratch folder, and nothing else."""
    root: str = order["root"]
    _mount("none", "/", "", _MS_REC | _MS_PRIVATE)
    _mount("tmpfs", root, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=1m,mode=755")
    for path in [*order["readable"], *_DEVICES]:
        if os.path.islink(path):
            _link(root, path)
        elif os.path.exists(path):
            _bind(root, path)
    scratch = root + SCRATCH
    os.mkdir(scratch)
    options = f"size={order['scratch_bytes']},nr_inodes=4096,mode=700,uid={owner[0]},gid={owner[1]}"
    _mount("tmpfs", scratch, "tmpfs", _MS_NOSUID | _MS_NODEV, options)
    with open(scratch + "/program.py", "w", encoding="utf-8") as file:
        file.write(order["source"])
    # A project that lies below /tmp is bound there already; TMPDIR points to the scratch folder in any case.
    if not os.path.lexists(root + "/tmp"):
        os.symlink(SCRATCH, root + "/tmp")
    _protect(root, recursive=False)
    return root


def _link(root: str, path: str) -> None:
    os.makedirs(os.path.dirname(root + path), exist_ok=True)
    if not os.path.lexists(root + path):
        os.symlink(os.readlink(path), root + path)


def _bind(root: str, path: str) -> None:
    if os.path.lexists(root + path):
        return
    if os.path.isdir(path):
        os.makedirs(root + path)
    else:
        os.makedirs(os.path.dirname(root + path), exist_ok=True)
        os.close(os.open(root + path, os.O_CREAT | os.O_WRONLY))
    _mount(path, root + path, "", _MS_BIND | _MS_REC)
    _protect(root + path, recursive=True)


class _Attributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


def _protect(path: str, *, recursive: bool) -> None:
    """Makes a mount read-only, with everything below it."""
    attributes = _Attributes(set=_ATTR_RDONLY | _ATTR_NOSUID)
    flags = _AT_RECURSIVE if recursive else 0
    done = _libc.syscall(
        ctypes.c_long(_SYS_MOUNT_SETATTR), ctypes.c_int(_AT_FDCWD), path.encode(), ctypes.c_uint(flags),
        ctypes.byref(attributes), ctypes.c_size_t(ctypes.sizeof(attributes)),
    )  # fmt: skip
    _call(f"read-only {path}", done)


def _become(order: dict[str, Any], root: str, user: int, group: int, *, privileged: bool) -> NoReturn:
    """Turns this process, the first of its process namespace, into the program."""
    try:
        os.chroot(root)
        os.chdir(SCRATCH)
        if privileged:
            os.setgroups([])
            os.setresgid(group, group, group)
            os.setresuid(user, user, user)
        # After the change of user, which would undo the first of them.
        _call("parent's death", _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
        _call("dumpable", _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0))
        _call("no new privileges", _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        worker = os.fork()
        if worker:
            _outlive(worker)
        _refuse_calls()
        for name, value in order["limits"].items():
            resource.setrlimit(getattr(resource, name), (value, value))
        os.execve(order["command"][0], order["command"], order["environment"])
    except OSError as error:
        sys.stderr.write(f"sandbox: {error.strerror} ({error.filename or 'system call'})\n")
        sys.stderr.flush()
        os._exit(REFUSED)


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction))]


def _refuse_calls() -> None:
    """Has the kernel refuse calls by their numbers, to this process and all that it starts. Raises OSError."""
    machine = os.uname().machine
    if machine not in _REFUSED_CALLS:
        raise OSError(errno.ENOSYS, f"no table of system calls for {machine}")
    architecture, refused = _REFUSED_CALLS[machine]
    numbers = (*refused, *_REFUSED_EVERYWHERE)
    count = len(numbers)
    steps = [
        (_LOAD, 0, 0, 4),  # the machine that the call is made for
        (_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # its number
        (_IF_AT_LEAST, count + 1, 0, _SECOND_NUMBERS),
        *((_IF_EQUAL, count - place, 0, number) for place, number in enumerate(numbers)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    instructions = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    program = _Program(len(steps), instructions)
    _call("filter of system calls", _libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0))


def _outlive(worker: int) -> NoReturn:
    """The first process ends with the program; everything else in its namespace ends with it."""
    while True:
        ended, status = os.wait()
        if ended == worker:
            os._exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    done = _libc.mount(source.encode(), target.encode(), kind.encode() or None, ctypes.c_ulong(flags), options.encode())
    _call(f"mount {target}", done)


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def _call(name: str, result: int) -> None:
    """Raises OSError with what the last system call left behind."""
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)


if __name__ == "__main__":
    main()
