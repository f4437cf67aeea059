//! A budget that refuses: once it is used up, calls of those it is about take no number and reach no provider.

use serde_json::json;
use tracewright::budgets::actions::set::set;
use tracewright::budgets::model::{About, AtEnd, Terms};
use tracewright::budgets::{Period, Scope, Unit};
use tracewright::foundation::Asker;

use super::upstream::{Say, Upstream};
use super::{CHAT, PAIR, ask, calls, chat_answer, json_of, keep, question, whole, with_upstream};
use crate::harness::api::Program;
use crate::harness::{SECOND, on_both};

on_both! {
    async fn a_used_up_budget_refuses_calls_of_its_agent_and_no_others(t: TestApp) {
        let (program, upstream) = (Program::first(&t).await, Upstream::start());
        let services = with_upstream(&t, &upstream);
        let about = About {
            scope: Scope::Agent,
            name: "parts-desk".to_owned(),
            unit: Unit::Tokens,
            period: Period::Day,
            zone: "UTC".to_owned(),
            already_used: 0,
        };
        let terms = Terms { amount: 10, warn_at: vec![80], at_end: AtEnd::Refuses };
        let operator = Asker::operator(program.project);
        set(&t.app, &operator, about, terms, "so that nobody spends more".to_owned()).await.unwrap();

        let desk = [("x-tracewright-key", PAIR), ("x-tracewright-agent", "parts-desk")];
        upstream.say(Say::Json(200, chat_answer()));
        assert_eq!(whole(ask(&services, CHAT, &desk, &question()).await).await, 200, "nothing is used yet");
        keep(&services).await;
        t.clock.advance(5 * SECOND);
        let refused = ask(&services, CHAT, &desk, &question()).await;
        assert_eq!(refused.status(), 429);
        assert_eq!(refused.headers().get(tracewright::gateway::HEADER).unwrap(), "budget");
        let said = json_of(refused).await;
        assert_eq!(said["error"]["type"], json!("insufficient_quota"), "{said}");
        assert!(said["error"]["message"].as_str().unwrap().contains("parts-desk"), "{said}");

        let clerk = [("x-tracewright-key", PAIR), ("x-tracewright-agent", "clerk")];
        upstream.say(Say::Json(200, chat_answer()));
        assert_eq!(whole(ask(&services, CHAT, &clerk, &question()).await).await, 200);
        keep(&services).await;
        let numbers: Vec<i64> = calls(&t).await.into_iter().map(|row| row.0).collect();
        assert_eq!((numbers, upstream.seen().len()), (vec![1, 2], 2), "what is refused takes no number");
    }
}
