"""Trained heads on disk: one archive of arrays, no pickle."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np

from handrail.models.heads import Calibration, Heads, Machine
from handrail.models.letters import Letters


def write(path: Path, heads: Heads) -> None:
    """Write under a name of its own, then rename: a reader never sees half a file."""
    about = {
        "names": heads.names,
        "routes": dict(heads.routes),
        "guards": heads.guards,
        "gamma": heads.machine.gamma,
        "temperature": heads.temperature,
        "calibration": {
            "bias": heads.calibration.bias, "n": heads.calibration.n, "ece": heads.calibration.ece,
            "brier": heads.calibration.brier, "aurc": heads.calibration.aurc,
        },
    }  # fmt: skip
    buffer = io.BytesIO()
    np.savez(
        buffer,
        about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
        pool=heads.machine.pool,
        dual=heads.machine.dual,
        runs=np.frombuffer("\n".join(heads.machine.letters.runs).encode(), dtype=np.uint8),
        rarity=heads.machine.letters.rarity,
        spelled=heads.machine.spelled,
        owners=heads.owners,
        platt=heads.platt,
        map=heads.calibration.weights,
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{id(heads)}.part")
        part.write_bytes(buffer.getvalue())
        part.replace(path)
    except OSError:
        return


def read(path: Path, digest: str) -> Heads | None:
    """Return the heads in a cache file, or None where it is damaged (then they are trained)."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            about = json.loads(kept["about"].tobytes())
            return Heads(
                machine=Machine(
                    kept["pool"], kept["dual"], about["gamma"],
                    Letters(kept["runs"].tobytes().decode().split("\n"), kept["rarity"]),
                    kept["spelled"],
                ),
                names=tuple(about["names"]),
                routes=about["routes"],
                owners=kept["owners"],
                temperature=about["temperature"],
                guards=tuple(about["guards"]),
                platt=kept["platt"],
                calibration=Calibration(weights=kept["map"], **about["calibration"]),
                digest=digest,
            )  # fmt: skip
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
