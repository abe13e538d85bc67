//! The probe on AWS's runtime for Rust: what tests/runtimes/test_runtimes.py asks of every language.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lambda_events::event::kinesis::KinesisEvent;
use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Value};

static CALLS: AtomicU64 = AtomicU64::new(0);

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let calls = CALLS.fetch_add(1, Ordering::Relaxed) + 1;
    let (input, context) = event.into_parts();
    match input["do"].as_str() {
        Some("context") => {
            return Ok(json!({"request_id": context.request_id, "arn": context.invoked_function_arn, "name": context.env_config.function_name,
                "deadline": context.deadline, "calls": calls, "region": std::env::var("AWS_REGION")?}))
        }
        Some("fail") => return Err("failed as told".into()),
        Some("exit") => std::process::exit(3),
        Some("print") => println!("printed by the probe"),
        Some("large") => return Ok(Value::from("x".repeat(input["size"].as_u64().unwrap_or(0) as usize))),
        _ => {}
    }
    if input["Records"].is_array() {
        let event: KinesisEvent = serde_json::from_value(input)?;
        let said: Vec<String> = event
            .records
            .iter()
            .map(|r| {
                format!("{} {} {}", r.kinesis.partition_key, String::from_utf8_lossy(&r.kinesis.data),
                    r.kinesis.approximate_arrival_timestamp.format("%Y"))
            })
            .collect();
        println!("records: {}", said.join(", "));
        return Ok(Value::Null);
    }
    Ok(input["text"].clone())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}
