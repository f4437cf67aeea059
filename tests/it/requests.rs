//! Request ids: what the answer's header names stands on the page of an error and on every event of the request.

use actix_web::http::StatusCode;
use tracewright::ledger::events::read_from;

use crate::harness::http::{Answer, Client, site};
use crate::harness::{TestApp, on_both};
use crate::people::pages::{agent_key, cookie};
use crate::people::{OWNER, PASSWORD, owner};

on_both! {
    async fn an_event_made_by_a_request_carries_the_id_that_the_answer_names(t: TestApp) {
        owner(&t).await;
        let s = site(&t).await;
        let browser = Client::browser(Some(&cookie(&t, OWNER).await));
        let new = "kind=human&name=Tim&email=tim%40example.com&role=technician";
        for (path, form, kind) in [
            ("/people", new, "account.created.v1"),
            ("/work-orders/import", "markdown=%23+Wire+it%0A%0A-+%5B+%5D+one", "work_order.imported.v1"),
        ] {
            let answer = browser.post(&s, path, form).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
            assert_eq!(id_on(&t, kind).await, Some(header(&answer)), "{kind}");
        }
        let form = format!("email={OWNER}&password={}", PASSWORD.replace(' ', "+"));
        let entered = Client::browser(None).post(&s, "/sign-in", &form).await;
        assert_eq!(id_on(&t, "session.started.v1").await, Some(header(&entered)), "before anybody is known");
    }

    async fn an_agents_request_is_named_too_and_every_id_is_new(t: TestApp) {
        let admin = owner(&t).await;
        let key = agent_key(&t, &admin).await;
        let s = site(&t).await;
        let agent = Client::with_key(key.public.as_str(), key.secret.expose());
        let answer = agent.post(&s, "/work-orders/import", "markdown=%23+Wire+it%0A%0A-+%5B+%5D+one").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        assert_eq!(id_on(&t, "work_order.imported.v1").await, Some(header(&answer)));
        let refused = agent.get(&s, "/people").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.body.contains(&header(&refused)), "{}", refused.body);
        assert_ne!(header(&refused), header(&answer));
    }
}

fn header(answer: &Answer) -> String {
    let id = answer.headers.get("x-request-id").unwrap().to_str().unwrap().to_owned();
    assert_eq!(uuid::Uuid::parse_str(&id).unwrap().get_version_num(), 7, "{id}");
    id
}

/// The request id on the newest event of a kind.
async fn id_on(t: &TestApp, kind: &str) -> Option<String> {
    let events = t.app.db.read(|conn| read_from(conn, 0, 10_000)).await.unwrap();
    let newest = events.into_iter().rfind(|event| event.kind == kind).unwrap();
    newest.body.unwrap().request_id
}
