def handler(event, context):
    raise ValueError(f"no use for {event}")
