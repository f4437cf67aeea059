//! What an agent asks: in a round of its client, on our page, and whose answer it is.

use serde_json::{Value, json};
use tracewright::work_orders::actions::answer_question::answer_question;
use tracewright::work_orders::model::Question;

use crate::guards::stage::load;
use crate::harness::api::Got;
use crate::harness::{SECOND, TestApp, on_both};

use super::{Bench, Speaks, ask, bench, call, client_of, done, refused, result};

fn question(number: &str) -> Value {
    json!({ "order": number, "question": "Which key is meant?", "choices": ["old", "new"] })
}

async fn claim(t: &TestApp, bench: &Bench) {
    done(&call(t, bench, "claim", json!({ "order": bench.number, "lease_seconds": 1800 })).await);
}

/// The first round; gives the state that the client carries.
async fn first_round(t: &TestApp, bench: &Bench) -> String {
    let params = json!({ "name": "ask_person", "arguments": question(&bench.number) });
    let asked = result(t, &bench.client, Speaks::Asking, "tools/call", params).await;
    assert_eq!(asked["resultType"], json!("input_required"), "{asked}");
    let form = &asked["inputRequests"]["answer"];
    assert_eq!((&form["method"], &form["params"]["mode"]), (&json!("elicitation/create"), &json!("form")));
    assert_eq!(form["params"]["requestedSchema"]["properties"]["answer"]["enum"], json!(["old", "new"]));
    assert!(asked.get("content").is_none() && asked.get("ttlMs").is_none(), "{asked}");
    asked["requestState"].as_str().unwrap().to_owned()
}

/// The second round, with what the client's person said.
async fn second_round(t: &TestApp, bench: &Bench, state: &str, said: Value) -> Got {
    let params = json!({
        "name": "ask_person",
        "arguments": question(&bench.number),
        "requestState": state,
        "inputResponses": { "answer": said },
    });
    ask(t, &bench.client, Speaks::Asking, "tools/call", params).await
}

fn accepted(answer: &str) -> Value {
    json!({ "action": "accept", "content": { "answer": answer } })
}

async fn only(t: &TestApp, bench: &Bench) -> Question {
    let questions = load(t, &bench.owner, &bench.id).await.delegation.questions;
    assert_eq!(questions.len(), 1, "asked once, whatever rounds there were");
    questions.into_iter().next().unwrap()
}

on_both! {
    async fn what_comes_back_through_the_client_is_the_agents_word(t: TestApp) {
        let bench = bench(&t).await;
        claim(&t, &bench).await;
        let state = first_round(&t, &bench).await;
        assert!(only(&t, &bench).await.is_open(), "and stands on our page meanwhile");
        let wrong = second_round(&t, &bench, &state, accepted("both")).await.json()["result"].clone();
        assert_eq!(refused(&wrong)["fields"][0]["path"], json!("answer"));
        let right = second_round(&t, &bench, &state, accepted("new")).await.json()["result"].clone();
        let told = done(&right);
        assert_eq!((&told["state"], &told["answer"], &told["answeredBy"]), (&json!("relayed"), &json!("new"), &Value::Null));
        let question = only(&t, &bench).await;
        assert!(question.reply.is_none(), "nobody's own answer");
        let withdrawn = question.withdrawn.unwrap();
        assert_eq!((withdrawn.by.id.as_str(), withdrawn.reason.as_str()), (bench.agent.id(), "Answered in the agent's client, as relayed by the agent: new"));
        let again = call(&t, &bench, "get_answer", json!({ "order": bench.number, "question": question.id })).await;
        assert_eq!(done(&again)["relayed"], json!(true));
        let late = answer_question(&t.services.orders, &bench.owner, &bench.id, &question.id, "old").await;
        assert!(late.is_err(), "whichever came first stands");
    }

    async fn whoever_answers_on_the_page_first_is_the_answer(t: TestApp) {
        let bench = bench(&t).await;
        claim(&t, &bench).await;
        let state = first_round(&t, &bench).await;
        let id = only(&t, &bench).await.id;
        answer_question(&t.services.orders, &bench.owner, &bench.id, &id, "old").await.unwrap();
        let told = second_round(&t, &bench, &state, accepted("new")).await.json()["result"].clone();
        let told = done(&told);
        assert_eq!((&told["state"], &told["answer"], &told["answeredBy"]), (&json!("answered"), &json!("old"), &json!(bench.owner.actor.name)));
        assert!(only(&t, &bench).await.withdrawn.is_none());
    }

    async fn a_person_who_declines_leaves_the_question_to_others(t: TestApp) {
        let bench = bench(&t).await;
        claim(&t, &bench).await;
        let state = first_round(&t, &bench).await;
        for said in [json!({ "action": "decline" }), json!({ "action": "cancel" }), json!({ "action": "accept" }), json!("new"), accepted(" ")] {
            let told = second_round(&t, &bench, &state, said.clone()).await.json()["result"].clone();
            assert_eq!(done(&told)["state"], json!("waiting"), "{said}");
        }
        assert!(only(&t, &bench).await.is_open());
    }

    async fn a_state_that_is_forged_over_or_somebody_elses_goes_nowhere(t: TestApp) {
        let bench = bench(&t).await;
        claim(&t, &bench).await;
        let state = first_round(&t, &bench).await;
        let (said, mark) = state.split_once('.').unwrap();
        for forged in [format!("{said}.{}", "0".repeat(64)), format!("{said}A.{mark}"), said.to_owned(), "x".repeat(5_000), String::new()] {
            let got = second_round(&t, &bench, &forged, accepted("new")).await;
            assert_eq!((got.status, got.json()["error"]["code"].clone()), (400, json!(-32_602)), "{forged:.40}");
        }
        let scribe = crate::guards::stage::agent(&t, &bench.owner, "scribe").await;
        let scribes = client_of(&t, &bench.owner, Some(&scribe), tracewright::people::model::Scopes::all()).await;
        let other = Bench { client: scribes, owner: bench.owner.clone(), agent: scribe, id: bench.id.clone(), number: bench.number.clone() };
        assert_eq!(second_round(&t, &other, &state, accepted("new")).await.status, 400, "another agent's");
        t.clock.advance(3_599 * SECOND);
        claim(&t, &bench).await;
        assert_eq!(second_round(&t, &bench, &state, json!({ "action": "cancel" })).await.status, 200);
        t.clock.advance(SECOND);
        assert_eq!(second_round(&t, &bench, &state, accepted("new")).await.status, 400, "over");
        assert!(only(&t, &bench).await.is_open());
    }

    async fn a_client_that_cannot_ask_waits_for_the_page(t: TestApp) {
        let bench = bench(&t).await;
        claim(&t, &bench).await;
        let params = json!({ "name": "ask_person", "arguments": question(&bench.number) });
        let asked = result(&t, &bench.client, Speaks::First, "tools/call", params).await;
        let told = done(&asked).clone();
        assert_eq!(told["state"], json!("waiting"));
        let look = json!({ "order": bench.number, "question": told["question"] });
        assert_eq!(done(&call(&t, &bench, "get_answer", look.clone()).await)["state"], json!("waiting"));
        let id = told["question"].as_str().unwrap().to_owned();
        answer_question(&t.services.orders, &bench.owner, &bench.id, &id, "new").await.unwrap();
        let now = call(&t, &bench, "get_answer", look).await;
        assert_eq!((&done(&now)["state"], &done(&now)["answer"]), (&json!("answered"), &json!("new")));
        let none = call(&t, &bench, "get_answer", json!({ "order": bench.number, "question": "none" })).await;
        assert_eq!(refused(&none)["kind"], json!("not_found"));
    }
}
