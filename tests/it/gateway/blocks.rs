//! A block that was reserved and of which nobody heard: its reservation was stored, and the word of that was lost.

use serde_json::json;
use tracewright::db::Tx;
use tracewright::foundation::Actor;
use tracewright::gateway::events::BLOCK_CLOSED;
use tracewright::gateway::store::put_block;

use super::{keep, told};
use crate::harness::api::Program;
use crate::harness::{MINUTE, on_both};

on_both! {
    async fn a_block_that_nobody_heard_of_is_accounted_for_while_its_process_lives(t: TestApp) {
        let program = Program::first(&t).await;
        let (project, process) = (program.project, t.services.gateway.spool.process().to_owned());
        let put = move |tx: &mut Tx<'_>| {
            let at = tx.now();
            put_block(tx.conn, project, (1, 100), &process, at)
        };
        t.app.db.write(&Actor::system(), put).await.unwrap();
        keep(&t.services).await;
        assert!(told(&t, &program).await.is_empty(), "it may still be heard of");
        t.clock.advance(150 * MINUTE);
        keep(&t.services).await;
        let (kind, closed) = told(&t, &program).await.pop().unwrap();
        assert_eq!(kind, BLOCK_CLOSED);
        assert_eq!((&closed["unused"], &closed["after_its_end"]), (&json!([{"first": 1, "last": 100}]), &json!(false)));
    }
}
