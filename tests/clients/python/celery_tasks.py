"""Tasks of a Celery worker. Each says what it does in a line of the file $TASKS_SAY: time, task, argument, retries."""

import os
import time

from celery import Celery


def make_app(broker, queue):
    app = Celery("celery_tasks", broker=broker, set_as_current=False)
    app.conf.update(
        task_default_queue=queue,
        task_ignore_result=True,
        worker_enable_remote_control=False,  # SQS has no fan-out for it
        broker_transport_options={"region": "us-east-1", "wait_time_seconds": 1, "visibility_timeout": 20},
    )
    return app


app = make_app(os.environ.get("TASKS_BROKER"), os.environ.get("TASKS_QUEUE"))


def say(task, argument, retries=0):
    with open(os.environ["TASKS_SAY"], "a") as file:
        file.write(f"{time.time()} {task} {argument} {retries}\n")


@app.task(name="note")
def note(argument):
    say("note", argument)


@app.task(name="flaky", bind=True, max_retries=5, default_retry_delay=1)
def flaky(self, argument):
    say("flaky", argument, self.request.retries)
    if self.request.retries < 2:
        raise self.retry(exc=RuntimeError("not yet"))


@app.task(name="slow", acks_late=True)
def slow(argument):
    say("slow-begins", argument)
    time.sleep(1)
    say("slow-ends", argument)
