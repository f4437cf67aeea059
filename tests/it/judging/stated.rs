//! Claims stated from the words of a trace: who may, what is refused, how they are judged, and that they weigh nothing.

use actix_web::http::StatusCode;
use tracewright::audit::actions::{StatementAsked, state};
use tracewright::audit::reads::links_of;
use tracewright::ledger::rebuild;
use tracewright::trust::reads::report_of;

use crate::harness::on_both;

use super::pages::{get, post};
use super::*;

const TEXT: &str = "Three calls of the bot are not traced.";

async fn statement(t: &TestApp, case: &Case, place: &str, words: &str) -> StatementAsked {
    let order = load(t, &case.owner, &case.order).await;
    StatementAsked {
        order_id: case.order.clone(),
        target: order.resolve_part(place).unwrap(),
        text: TEXT.to_owned(),
        quote: QuoteAsked {
            trace_id: TRACE.to_owned(),
            observation_id: SPAN.to_owned(),
            field: "output".to_owned(),
            exact: words.to_owned(),
            prefix: String::new(),
            suffix: String::new(),
        },
    }
}

async fn stated(t: &TestApp, case: &Case, id: &str) -> JudgedClaim {
    let (project, order) = (case.owner.project, case.order.clone());
    let all = t.app.db.read(move |conn| judged_claims(conn, project, &order)).await.unwrap();
    all.into_iter().find(|claim| claim.claim.claim_id == id).unwrap()
}

on_both! {
    async fn a_statement_is_linked_judged_and_weighs_nothing(t: TestApp) {
        let case = case(&t).await;
        let project = case.owner.project;
        let before = t.app.db.read(move |conn| report_of(conn, project, "WO-2026-014", None)).await.unwrap();
        let asked = statement(&t, &case, "3.1", "51 calls and 48 calls").await;
        let id = state(&t.app, &case.tech.actor, project, asked.clone()).await.unwrap();
        assert_eq!(state(&t.app, &case.tech.actor, project, asked).await.unwrap(), id, "the same words are one claim");
        let claim = stated(&t, &case, &id).await;
        assert_eq!((claim.claim.statement.as_str(), claim.claim.place.as_str()), (TEXT, "3.1"));
        assert_eq!((claim.claim.materiality, claim.claim.author_id.as_str()), (0, "tech"));
        let order = case.order.clone();
        let links = t.app.db.read(move |conn| links_of(conn, project, &order)).await.unwrap();
        assert!(links.iter().any(|link| link.observation_id == SPAN && link.target_id == claim.claim.target_id));
        give(&t, &case.auditor, quoting(&claim, Outcome::Supported, "48 calls are traced")).await.unwrap();
        assert_eq!(stated(&t, &case, &id).await.claim.standing, "supported");
        let own = give(&t, &case.tech, quoting(&claim, Outcome::Supported, "48 calls are traced")).await;
        assert!(own.is_err(), "nobody confirms their own words");
        let after = t.app.db.read(move |conn| report_of(conn, project, "WO-2026-014", None)).await.unwrap();
        assert_eq!(after.explanation.score.assured, before.explanation.score.assured);
        let app = t.app.clone();
        let check = move || rebuild::check(&app.db, &app.ledger);
        let checked = tokio::task::spawn_blocking(check).await.unwrap().unwrap();
        assert!(checked.differences.is_empty(), "{:?}", checked.differences);
    }

    async fn words_that_are_not_there_prove_nothing(t: TestApp) {
        let case = case(&t).await;
        let project = case.owner.project;
        let asked = statement(&t, &case, "3.1", "all calls are traced").await;
        assert!(state(&t.app, &case.tech.actor, project, asked).await.is_err());
        let good = statement(&t, &case, "3.1", "48 calls").await;
        for wrong in [
            StatementAsked { text: "  ".to_owned(), ..good.clone() },
            StatementAsked { text: "x".repeat(1_001), ..good.clone() },
            StatementAsked { target: "item:no".parse().unwrap(), ..good.clone() },
            StatementAsked { quote: QuoteAsked { trace_id: "no".to_owned(), ..good.quote.clone() }, ..good.clone() },
        ] {
            assert!(state(&t.app, &case.tech.actor, project, wrong.clone()).await.is_err(), "{wrong:?}");
        }
    }

    async fn the_form_on_the_page_of_a_trace_states_a_claim(t: TestApp) {
        let case = case(&t).await;
        let address = format!("/traces/{TRACE}/claim");
        let fields = [
            ("number", "wo-2026-014"), ("target", "3.1"), ("statement", TEXT), ("observation", SPAN),
            ("quote_field", "output"), ("quote", "51 calls and\r\n48 calls"),
        ];
        let (status, location, body) = post(&t, &case.tech, &address, &fields).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{body}");
        let desk = get(&t, &case.auditor, &location).await;
        assert!(desk.contains(TEXT) && desk.contains("not material"), "{desk}");
        let (status, _, _) = post(&t, &case.tech, &address, &fields[..1]).await;
        assert!(status.is_client_error());
        let reader = other(&case.owner, "reader", &[]);
        assert_eq!(post(&t, &reader, &address, &fields).await.0, StatusCode::FORBIDDEN);
    }
}
