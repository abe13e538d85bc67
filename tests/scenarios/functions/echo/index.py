def handler(event, context):
    print("echo of", event)
    return event
