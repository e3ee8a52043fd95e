"""The Celery application of the demo: small tasks with real work, sent by the training service and by beat.

The broker comes from CELERY_BROKER_URL: amqp://... or redis://...
"""

import cmath
import math
import os
import random
import time

from celery import Celery
from celery.platforms import set_pdeathsig
from celery.signals import beat_embedded_init

BROKER = os.environ.get("CELERY_BROKER_URL", "amqp://guest:guest@127.0.0.1:5672//")

app = Celery("onehertz-demo", broker=BROKER)

app.conf.update(
    task_ignore_result=True,
    # A broker that stays away for long must not make the worker give up.
    broker_connection_max_retries=None,
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=2,
    # A broker that hangs is noticed after two of these (AMQP only), in seconds.
    broker_heartbeat=5,
    # One task at a time per process: what waits stays in the queue, where it can be counted.
    worker_prefetch_multiplier=1,
    task_soft_time_limit=30,
    beat_schedule={"survey-every-3-s": {"task": "demo.survey", "schedule": 3.0, "options": {"expires": 30}}},
)


if BROKER.startswith("redis"):
    # Redis has no heartbeat: the same with time-outs, in seconds.
    app.conf.broker_transport_options = {
        "socket_timeout": 10,
        "socket_connect_timeout": 2,
        "health_check_interval": 5,
    }


@beat_embedded_init.connect
def end_with_the_worker(**_):
    """Unlike the processes of the pool, an embedded beat outlives a worker that is killed."""
    set_pdeathsig("SIGKILL")


def signal(count, rng):
    """`count` samples of a carrier of random frequency in white noise."""
    frequency = rng.uniform(0.05, 0.45)
    phase = rng.uniform(0, 2 * math.pi)
    return [math.sin(2 * math.pi * frequency * n + phase) + rng.gauss(0, 0.7) for n in range(count)]


@app.task(name="demo.survey")
def survey(samples=96):
    """Finds the strongest frequency in a noisy signal; returns it as a fraction of the sampling rate, with its SNR in dB."""
    values = signal(samples, random.Random())
    spectrum = [
        abs(sum(value * cmath.exp(-2j * math.pi * k * n / samples) for n, value in enumerate(values)))
        for k in range(1, samples // 2)
    ]
    peak = max(range(len(spectrum)), key=spectrum.__getitem__)
    floor = sorted(spectrum)[len(spectrum) // 2]
    return {"frequency": (peak + 1) / samples, "snr_db": round(20 * math.log10(spectrum[peak] / floor), 1)}


@app.task(name="demo.evaluate")
def evaluate(parameters, examples):
    """Accuracy, from 0 to 1, of a linear classifier on labelled examples.

    `parameters`: {weights, bias, means, deviations}; `examples`: list of {features, label}.
    """
    scale = list(zip(parameters["weights"], parameters["means"], parameters["deviations"]))
    right = 0
    for example in examples:
        score = parameters["bias"]
        for x, (weight, mean, deviation) in zip(example["features"], scale):
            score += weight * (x - mean) / deviation
        right += (score > 0) == (example["label"] == 1)
    return round(right / len(examples), 4)


@app.task(name="demo.busy")
def busy(seconds=1.0):
    """Keeps its worker process occupied; a solo worker answers no ping meanwhile."""
    time.sleep(seconds)
    return seconds
