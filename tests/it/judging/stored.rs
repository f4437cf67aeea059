//! A stored trace of one observation, written as ingest stores it: a pack with the pieces, a row that refers to them.

use diesel::prelude::*;
use packing::{PackBuilder, PackId, Refs, Role};
use serde_json::json;
use trace_model::{Body, BodyForm, BodyRef, BodyRole};
use tracewright::db::schema::{observations, packs, traces};
use tracewright::foundation::{Actor, Digest, ProjectKey, Result};

use crate::harness::TestApp;

/// Stores a trace, or another revision of its observation.
pub async fn put_trace(t: &TestApp, project: ProjectKey, trace: &str, span: &str, input: &str, output: &str) {
    let (trace, span) = (trace.to_owned(), span.to_owned());
    let mut pack = PackBuilder::new(PackId::new(t.app.now()), 1 << 18);
    let (input, output) = (body(BodyRole::Input, input), body(BodyRole::Output, output));
    let image = json!({ "id": span, "input": input.reference, "output": output.reference });
    let image = image.to_string().into_bytes();
    let pieces = vec![pack.add(Role::Image, &image), pack.add_body(&input), pack.add_body(&output)];
    let refs = Refs { header: None, pieces }.encode();
    let (pack, _) = pack.finish().unwrap();
    let revision = Digest::of(&image);
    t.app
        .db
        .write(&Actor::system(), move |tx| -> Result<()> {
            let row = observations::table.find((project.0, &trace, &span));
            diesel::delete(row).execute(tx.conn)?;
            diesel::delete(traces::table.find((project.0, &trace))).execute(tx.conn)?;
            diesel::insert_into(packs::table)
                .values((
                    packs::project.eq(project.0),
                    packs::pack.eq(pack.id.0.to_vec()),
                    packs::trace_id.eq(&trace),
                    packs::bytes.eq(&pack.bytes),
                    packs::raw_len.eq(i64::try_from(pack.raw_len).unwrap()),
                ))
                .execute(tx.conn)?;
            diesel::insert_into(observations::table)
                .values((
                    (
                        observations::project.eq(project.0),
                        observations::trace_id.eq(&trace),
                        observations::observation_id.eq(&span),
                        observations::kind.eq("GENERATION"),
                        observations::level.eq("DEFAULT"),
                        observations::uncached_input.eq(0_i64),
                        observations::cached_read.eq(0_i64),
                    ),
                    (
                        observations::cache_write.eq(0_i64),
                        observations::output_tokens.eq(0_i64),
                        observations::reasoning.eq(0_i64),
                        observations::counted.eq(true),
                        observations::arrivals.eq(1_i64),
                        observations::revision.eq(revision.0.to_vec()),
                        observations::image.eq(&refs),
                    ),
                ))
                .execute(tx.conn)?;
            Ok(())
        })
        .await
        .unwrap();
}

fn body(role: BodyRole, text: &str) -> Body {
    let bytes = text.as_bytes().to_vec();
    let reference = BodyRef {
        digest: Digest::of(&bytes),
        len: bytes.len() as u64,
        form: BodyForm::Text,
        truthy: !text.is_empty(),
    };
    Body { role, reference, bytes }
}
