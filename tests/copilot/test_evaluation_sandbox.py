"""Programs that try to get out: each is contained, and the machine is as before."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from copilot.evaluation.coding import mistake_in, outcome_of, printed_answer, program_in
from copilot.evaluation.outcome import Stage
from copilot.evaluation.sandbox import Ending, Limits, execute, unavailable
from solvers.solution import Termination

sandboxed = pytest.mark.skipif(bool(unavailable()), reason=unavailable() or "available")
_MEBI = 1 << 20


@sandboxed
def test_a_program_computes_and_prints() -> None:
    execution = execute("print('objective =', 6 * 7)")
    assert (execution.ending, execution.exit_code, execution.stdout) == (Ending.DONE, 0, "objective = 42\n")


@sandboxed
def test_solver_packages_are_at_hand() -> None:
    source = "import scipy.optimize as o\nprint(o.linprog([1, 1], A_ub=[[-1, -2]], b_ub=[-4]).fun)"
    assert execute(source).stdout.strip() == "2.0"


@sandboxed
def test_the_environment_and_the_folders_of_the_user_are_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPTCOPILOT_API_KEY", "a-secret")
    (tmp_path / "private.txt").write_text("a-secret")
    source = f"""
import os
print([name for name in os.environ if "KEY" in name or "TOKEN" in name])
places = ({str(tmp_path / "private.txt")!r}, "/etc/passwd", "/proc/1", "/sys")
print([place for place in places if os.path.exists(place)])
"""
    assert execute(source).stdout.split() == ["[]", "[]"]


@sandboxed
@pytest.mark.parametrize(
    "place", ["/usr/planted", "/planted", "/dev/planted", "/etc/planted", "../planted", "/home/planted"]
)
def test_nothing_outside_the_scratch_folder_can_be_written(place: str) -> None:
    execution = execute(f"open({place!r}, 'w').write('x')")
    assert execution.ending is Ending.FAILED
    assert "Error" in execution.stderr
    assert not Path("/", place.removeprefix("..").lstrip("/")).exists()


@sandboxed
def test_python_itself_cannot_be_changed() -> None:
    execution = execute("import json\nopen(json.__file__, 'a').write('# planted')")
    assert "Read-only file system" in execution.stderr or "Permission denied" in execution.stderr


@sandboxed
def test_the_scratch_folder_takes_files_up_to_its_size_and_is_gone_afterwards() -> None:
    writing = "f = open('big', 'wb')\nfor _ in range(100): f.write(bytes(1 << 20))"
    execution = execute("import os; open('note', 'w').write('x'); print(open(os.environ['TMPDIR'] + '/note').read())")
    assert execution.stdout == "x\n"
    assert execute(writing, Limits(scratch=8 * _MEBI)).ending is Ending.FAILED
    assert "note" not in execute("import os; print(os.listdir('.'))").stdout


@sandboxed
@pytest.mark.parametrize(
    "call",
    [
        "socket.create_connection(('127.0.0.1', 22), 3)",
        "socket.create_connection(('192.0.2.1', 80), 3)",
        "socket.getaddrinfo('example.org', 80)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    ],
)
def test_there_is_no_network(call: str) -> None:
    execution = execute(f"import socket\n{call}\nprint('out')")
    assert execution.ending is Ending.FAILED
    assert execution.stdout == ""


@sandboxed
@pytest.mark.parametrize("body", ["while True: pass", "import time; time.sleep(1000)", "import signal; signal.pause()"])
def test_an_endless_program_is_killed_on_time(body: str) -> None:
    assert execute(body, Limits(seconds=1.0)).ending is Ending.TIMED_OUT


@sandboxed
def test_a_fork_bomb_is_bounded_and_nothing_of_it_is_left() -> None:
    source = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    before = _processes()
    execution = execute(source, Limits(seconds=1.5, processes=32))
    assert execution.ending is Ending.TIMED_OUT
    assert _back_to(before)


@sandboxed
def test_children_in_sessions_of_their_own_end_with_the_program() -> None:
    source = """
import os, time
for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        time.sleep(1000)
print("left them behind", flush=True)
"""
    before = _processes()
    execution = execute(source, Limits(seconds=10.0))
    assert (execution.ending, execution.stdout) == (Ending.DONE, "left them behind\n")
    assert _back_to(before)


@sandboxed
def test_a_memory_bomb_of_one_process_ends() -> None:
    source = "x = []\nwhile True: x.append(bytearray(1 << 24))"
    one = execute(source, Limits(memory=256 * _MEBI))
    assert "MemoryError" in one.stderr
    together = execute(source, Limits(total_memory=200 * _MEBI))
    assert together.ending is Ending.OUT_OF_MEMORY


@sandboxed
def test_a_memory_bomb_of_many_processes_ends() -> None:
    source = """
import os
for _ in range(3): os.fork()
x = []
while True: x.append(b"x" * (1 << 22))
"""
    execution = execute(source, Limits(memory=400 * _MEBI, total_memory=500 * _MEBI))
    assert execution.ending is Ending.OUT_OF_MEMORY


HIDING_PLACES = {
    "files without a name": "os.memfd_create('held')",
    "secret memory": "call(libc.syscall(447, 0))",
    "shared segments": "call(libc.shmget(0, 1 << 26, 0o1600))",
    "messages": "call(libc.msgget(0, 0o1600))",
    "rings": "call(libc.syscall(425, 8, ctypes.create_string_buffer(120)))",
}


@sandboxed
@pytest.mark.parametrize("place", HIDING_PLACES)
def test_there_is_no_memory_that_nobody_counts(place: str) -> None:
    source = f"""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def call(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
try:
    {HIDING_PLACES[place]}
except PermissionError:
    print("refused")
"""
    assert execute(source).stdout == "refused\n"


@sandboxed
def test_other_processes_cannot_be_looked_into() -> None:
    source = """
import ctypes, os, time
libc = ctypes.CDLL(None, use_errno=True)
child = os.fork()
if child == 0:
    time.sleep(5)
print(libc.ptrace(16, child, None, None), libc.process_vm_readv(child, None, 0, None, 0, 0))
"""
    assert execute(source, Limits(seconds=10.0)).stdout.startswith("-1 -1\n")


@sandboxed
def test_links_lead_nowhere() -> None:
    source = """
import os
os.symlink("/etc/passwd", "a"); os.symlink("/proc/self/root/etc/passwd", "b"); os.symlink("../../../../etc/passwd", "c")
print([os.path.exists(link) for link in "abc"])
"""
    assert execute(source).stdout == "[False, False, False]\n"


@sandboxed
def test_huge_output_is_cut_off() -> None:
    execution = execute("while True: print('x' * 1000)", Limits(output=_MEBI))
    assert execution.ending is Ending.TOO_MUCH_OUTPUT
    assert len(execution.stdout) <= 20_000


@sandboxed
def test_privileges_cannot_be_won_back() -> None:
    source = """
import ctypes, os
libc = ctypes.CDLL(None)
print(libc.unshare(0x10000000), libc.unshare(0x40000000), libc.mount(b"none", b"/scratch", b"tmpfs", 0, b""))
for call in (lambda: os.setuid(0), lambda: os.chroot("/scratch"), lambda: os.nice(-5)):
    try:
        call()
        print("got it")
    except OSError:
        print("denied")
print(os.getuid() != 0)
"""
    expected = "-1 -1 -1\ndenied\ndenied\ndenied\nTrue\n"
    assert execute(source).stdout == expected


@sandboxed
def test_the_first_process_inside_cannot_be_killed_by_the_program() -> None:
    source = "import os, signal\nos.kill(1, signal.SIGKILL)\nprint('still here')"
    assert execute(source).stdout == "still here\n"


@sandboxed
@pytest.mark.parametrize(
    ("source", "code"), [("raise SystemExit(3)", 3), ("1/0", 1), ("import os; os.abort()", 128 + 6)]
)
def test_the_exit_code_says_how_a_program_ended(source: str, code: int) -> None:
    execution = execute(source)
    assert (execution.ending, execution.exit_code) == (Ending.FAILED, code)


@sandboxed
def test_text_that_is_not_unicode_does_no_harm() -> None:
    assert execute("print('\ud800')").ending in (Ending.FAILED, Ending.DONE)
    execution = execute("import sys; sys.stdout.buffer.write(bytes(range(256)))")
    assert execution.ending is Ending.DONE


@pytest.mark.parametrize(
    ("printed", "answer"),
    [
        ("objective = 12.5\n", (12.5, Termination.OPTIMAL)),
        ("x = 3\nObjective value: 1,250.00\nx = 4\n", (1250.0, Termination.OPTIMAL)),
        ("Total objective = $1e3", (1000.0, Termination.OPTIMAL)),
        ("make 3 tables and 4 chairs\n71.5\n", (71.5, Termination.OPTIMAL)),
        ("the problem is Infeasible\n", (None, Termination.INFEASIBLE)),
        ("12\nunbounded\n", (None, Termination.UNBOUNDED)),
        ("objective = 1e999", (None, None)),
        ("nothing", (None, None)),
        ("", (None, None)),
    ],
)
def test_the_answer_is_what_is_printed_last(printed: str, answer: tuple[float | None, Termination | None]) -> None:
    assert printed_answer(printed) == answer


@pytest.mark.parametrize(
    ("reply", "program"),
    [
        ("Here:\n```python\nprint(1)\n```\nDone.", "print(1)\n"),
        ("```\nprint(1)\n```", "print(1)\n"),
        ("```py\nprint(1)", "print(1)\n"),
        ("```python\nprint(1)\n```\nBetter:\n```python\nprint(2)\n```", "print(2)\n"),
        ("print(3)", "print(3)\n"),
    ],
)
def test_the_program_is_the_last_block_of_a_reply(reply: str, program: str) -> None:
    assert program_in(reply) == program
    assert mistake_in(program) == ""


@pytest.mark.parametrize("text", ["I cannot do that.", "", "x ==", "\0", "(" * 5000])
def test_what_is_no_program_is_never_run(text: str) -> None:
    assert "no Python program" in mistake_in(text)


@sandboxed
def test_a_program_that_fails_gives_its_last_words() -> None:
    outcome = outcome_of(execute("raise ValueError('no such solver')"))
    assert outcome["stage"] is Stage.UNSOLVED
    assert outcome["findings"] == ("the program gave no value: ValueError: no such solver",)


def _processes() -> set[str]:
    return {name for name in os.listdir("/proc") if name.isdecimal() and _runs_in_a_sandbox(name)}


def _runs_in_a_sandbox(process: str) -> bool:
    try:
        return b"/scratch/program.py" in Path("/proc", process, "cmdline").read_bytes()
    except OSError:
        return False


def _back_to(before: set[str]) -> bool:
    """Whether all processes that came since are gone; the kernel takes a moment to bury them."""
    for _ in range(100):
        if _processes() <= before:
            return True
        time.sleep(0.05)
    return False
