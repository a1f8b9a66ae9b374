#!/usr/bin/python3 -I
"""Judges what an agent has left, in a container in which nothing of it runs. Sees the hidden tests; the agent never did.

The crate is the image's own, only the task's target file comes from the workspace. That file can't do more than a card may: it is
compiled without `std` and without unsafe code, so it has no way to print, to read a file, or to end the process that tests it. The tests
run one by one as a user who can't write the reward.
"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, "/opt/enginebench/runner")
import enginebench  # noqa: E402

TESTS = Path("/tests")
OUTPUT = Path("/logs/verifier")
PLACE = Path("/srv/judge")
USER = "judge"
LARGEST = 256 * 1024
COMPILE_S, TEST_S = 120, 10
FORBIDDEN = re.compile(rb"\b(extern|global_asm)\b")  # What `forbid(unsafe_code)` lets through: other libraries, and assembler.
WRAPPER = """\
#!/bin/sh
# The crate of the cards gets a standard library of `core` and `alloc` alone; the tests get the whole one.
case " $* " in *" --crate-type lib "*) exec "$@" --sysroot {place}/sysroot ;; esac
exec "$@"
"""


class Refused(Exception):
    """The target file is not one that is compiled; the message says why."""


def main():
    if not enginebench.STARTED.is_file():
        sys.exit("verify: no agent was started, so there is nothing to judge")
    task = enginebench.load(json.loads(enginebench.STARTED.read_text())["task_id"])
    names = [test["name"] for test in task["tests"]]
    if not names:
        sys.exit(f"verify: task {task['id']} lists no tests")

    log, passed = [], []
    try:
        program = compile_tests(task, submission(task), log)
        passed = [name for name in names if passes(program, name, log)]
        compiled = True
    except Refused as refusal:
        log.append(f"Not compiled: {refusal}\n")
        compiled = False
    reward = round(0.3 + 0.7 * len(passed) / len(names), 4) if compiled else 0.0
    report(task, names, passed, compiled, reward, "".join(log))


def submission(task):
    """The bytes of the task's target file: a regular file, by a path without links, that is not the stub."""
    target = enginebench.WORKSPACE / task["file"]
    if Path(os.path.realpath(target)) != target:
        raise Refused(f"{task['file']} is reached through a link")
    try:
        found = os.lstat(target)
    except OSError as error:
        raise Refused(f"{task['file']} can't be read: {error.strerror}") from error
    if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
        raise Refused(f"{task['file']} is not a regular file of at most {LARGEST} bytes")
    text = target.read_bytes()
    if text == enginebench.stub(task).encode():
        raise Refused(f"{task['file']} is still the stub")
    if word := FORBIDDEN.search(text):
        raise Refused(f"{task['file']} has the word `{word[0].decode()}`")
    return text


def compile_tests(task, text, log):
    """The test program, from a clean copy of the crate with the given module and the hidden tests."""
    crate = lay_out(task, text)
    sources = {str(path.relative_to(crate)) for path in (crate / "src").rglob("*.rs")}
    command = ["cargo", "test", "--offline", "--no-run", "--test", task["id"], "--message-format=json-render-diagnostics"]
    try:
        built = as_judge(command, COMPILE_S, cwd=crate)
    except subprocess.TimeoutExpired as error:
        raise Refused(f"it took longer than {COMPILE_S} s to compile") from error
    log.append(built.stderr.decode(errors="replace"))
    if built.returncode != 0:
        raise Refused("the crate with the hidden tests does not compile")

    read = set()
    for file in (PLACE / "target/debug/deps").glob("engine-*.d"):
        read.update(line[:-1].replace("\\ ", " ") for line in file.read_text().splitlines() if line.endswith(":"))
    if not read or read - sources:
        raise Refused(f"the module takes in files that are not the crate's: {', '.join(sorted(read - sources))}")
    messages = [json.loads(line) for line in built.stdout.splitlines() if line.startswith(b"{")]
    return next(message["executable"] for message in messages if message.get("executable"))


def lay_out(task, text):
    """/srv/judge belongs to root, as all above it does: no `.cargo/config` of an agent applies."""
    shutil.rmtree(PLACE, ignore_errors=True)
    for folder in ("home", "target"):
        (PLACE / folder).mkdir(parents=True)
        shutil.chown(PLACE / folder, USER, USER)
    crate = PLACE / "engine"
    shutil.copytree(enginebench.ENGINE, crate)
    enginebench.install(task, crate, text)
    shutil.rmtree(crate / "tests")
    (crate / "tests").mkdir()
    shutil.copy(TESTS / f"{task['id']}.rs", crate / "tests")

    root = Path(subprocess.run(["/usr/bin/rustc", "--print", "target-libdir"], capture_output=True, check=True, text=True).stdout.strip())
    libraries = PLACE / "sysroot" / root.relative_to(root.parents[3])
    libraries.mkdir(parents=True)
    for name in ("core", "alloc", "compiler_builtins", "rustc_std_workspace_core"):
        for library in root.glob(f"lib{name}-*.rlib"):
            (libraries / library.name).symlink_to(library)
    wrapper = PLACE / "rustc"
    wrapper.write_text(WRAPPER.format(place=PLACE))
    wrapper.chmod(0o755)
    return crate


def passes(program, name, log):
    """Whether this one test ran and passed. It has a process of its own, so that none takes the others with it."""
    try:
        ended = as_judge([program, "--exact", name, "--test-threads=1"], TEST_S, cwd="/")
    except subprocess.TimeoutExpired:
        log.append(f"test {name} ... took longer than {TEST_S} s\n")
        return False
    output = ended.stdout.decode(errors="replace")
    log.append(output)
    return ended.returncode == 0 and output.startswith(f"\nrunning 1 test\ntest {name} ... ok\n")


def as_judge(command, seconds, cwd):
    environment = {
        "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(PLACE / "home"), "CARGO_HOME": str(PLACE / "home/cargo"),
        "CARGO_TARGET_DIR": str(PLACE / "target"), "RUSTC_WRAPPER": str(PLACE / "rustc"),
    }
    return subprocess.run(
        command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False, user=USER,
        group=USER, extra_groups=[])


def report(task, names, passed, compiled, reward, log):
    (OUTPUT / "reward.txt").unlink(missing_ok=True)
    tests = {name: name in passed for name in names}
    (OUTPUT / "tests.json").write_text(json.dumps({"task_id": task["id"], "tests": tests}, indent=1))
    (OUTPUT / "verify.log").write_text(log)
    (OUTPUT / "reward.json").write_text(json.dumps(
        {"reward": reward, "compiled": compiled, "tests_passed": len(passed), "tests_total": len(names),
         "tests_failed": [name for name in names if name not in passed]}))
    print(f"{task['id']}: reward {reward}, {len(passed)} of {len(names)} tests passed, {'compiled' if compiled else 'not compiled'}")


if __name__ == "__main__":
    main()
