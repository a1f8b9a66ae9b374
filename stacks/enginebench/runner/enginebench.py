"""What the runner and the verifier both know: the tasks, and how a task's stub gets into the crate."""

import json
import re
from pathlib import Path

ROOT = Path("/opt/enginebench")
TASKS = ROOT / "tasks"
ENGINE = ROOT / "engine"
WORKSPACE = Path("/workspace")

# Written by the runner, as root, when the agent is about to start. The verifier judges nothing without it.
STARTED = Path("/var/lib/enginebench/started.json")

STUB = """\
use crate::{{Card, Duel, Side}};

{rules}
#[derive(Debug, Default)]
pub struct {type} {{
    // What the card has to remember.
}}

impl Card for {type} {{
    // Missing: name, cost, play, and the hooks that this card needs.
}}
"""


def task_ids():
    """In ordinal order, which is the order of seeds."""
    return sorted(folder.name for folder in TASKS.iterdir() if (folder / "task.json").is_file())


def load(task_id):
    return json.loads((TASKS / task_id / "task.json").read_text())


def pick(request):
    """The task that a request means: `env.config.instance_id`, else the one of its seed."""
    ids = task_ids()
    config = (request.get("env") or {}).get("config") or {}
    named = config.get("instance_id")
    if named is not None:
        if named not in ids:
            raise ValueError(f"env.config.instance_id: there is no task {named!r}; there are {', '.join(ids)}")
        return load(named)
    return load(ids[int(request.get("seed") or 0) % len(ids)])


def stub(task):
    """A module that does not compile: its `impl Card` lacks what a card must have."""
    rules = "\n".join(f"/// {line}" for line in task["card"]["rules"])
    return STUB.format(rules=rules, type=task["card"]["type"])


def install(task, crate, text):
    """Makes `text` the task's module in a copy of the crate."""
    target = Path(crate) / task["file"]
    target.write_bytes(text if isinstance(text, bytes) else text.encode())
    module = target.with_name("mod.rs")
    lines = module.read_text().splitlines() + [f"pub mod {task['id']};"]
    modules = sorted(line for line in lines if re.match(r"pub mod ", line))
    module.write_text("\n".join([line for line in lines if line not in modules] + modules) + "\n")
