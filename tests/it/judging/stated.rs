//! Claims stated from the words of a trace: who may, what is refused, how they are weighed, judged and withdrawn.

use actix_web::http::StatusCode;
use tracewright::audit::Materiality;
use tracewright::audit::actions::{NewStatement, state, weigh, withdraw};
use tracewright::audit::reads::{QueueFilter, links_of, queue};
use tracewright::foundation::{Asker, Timestamp};
use tracewright::ledger::rebuild;
use tracewright::trust::reads::report_of;
use tracewright::trust::score::Score;

use crate::harness::on_both;

use super::pages::{get, post};
use super::*;

const TEXT: &str = "Three calls of the bot are not traced.";

async fn statement(t: &TestApp, case: &Case, place: &str, words: &str) -> NewStatement {
    let order = load(t, &case.owner, &case.order).await;
    NewStatement {
        order_id: case.order.clone(),
        target: order.resolve_part(place).unwrap(),
        text: TEXT.to_owned(),
        quote: NewQuote {
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

/// States the usual claim about item 3.1, as the technician.
async fn stated_id(t: &TestApp, case: &Case) -> String {
    let asked = statement(t, case, "3.1", "51 calls and 48 calls").await;
    let id = state(&t.app, &case.tech, asked).await.unwrap();
    t.clock.advance(1_000_000);
    id
}

async fn set_weight(t: &TestApp, who: &Asker, id: &str, to: Materiality) -> Result<(), Error> {
    weigh(&t.app, who, id.to_owned(), to).await?;
    sequence_now(&t.app.db, &t.app.log).await?;
    t.clock.advance(1_000_000);
    Ok(())
}

async fn score(t: &TestApp, case: &Case, as_of: Option<Timestamp>) -> Score {
    sequence_now(&t.app.db, &t.app.log).await.unwrap();
    let project = case.owner.project;
    let report = t.app.db.read(move |conn| report_of(conn, project, "WO-2026-014", as_of)).await.unwrap();
    report.explanation.score
}

/// The tables are what the events make of them.
async fn rebuilds(t: &TestApp) {
    let app = t.app.clone();
    let check = move || rebuild::check(&app.db, &app.ledger);
    let checked = tokio::task::spawn_blocking(check).await.unwrap().unwrap();
    assert!(checked.differences.is_empty(), "{:?}", checked.differences);
}

on_both! {
    async fn a_statement_is_linked_judged_and_weighs_nothing(t: TestApp) {
        let case = case(&t).await;
        let project = case.owner.project;
        let before = t.app.db.read(move |conn| report_of(conn, project, "WO-2026-014", None)).await.unwrap();
        let asked = statement(&t, &case, "3.1", "51 calls and 48 calls").await;
        let id = state(&t.app, &case.tech, asked.clone()).await.unwrap();
        assert_eq!(state(&t.app, &case.tech, asked).await.unwrap(), id, "the same words are one claim");
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
        rebuilds(&t).await;
    }

    async fn a_reviewer_gives_weight_before_the_verdict_and_then_it_counts(t: TestApp) {
        let case = case(&t).await;
        let id = stated_id(&t, &case).await;
        let supervisor = other(&case.owner, "sam", &[Role::Supervisor]);
        let without = score(&t, &case, None).await;
        let before_weight = t.app.now();
        t.clock.advance(1_000_000);
        for who in [&case.tech, &other(&case.owner, "reader", &[Role::Technician])] {
            assert!(set_weight(&t, who, &id, Materiality::Critical).await.is_err(), "{}", who.actor.id);
        }
        set_weight(&t, &supervisor, &id, Materiality::Important).await.unwrap();
        set_weight(&t, &supervisor, &id, Materiality::Important).await.unwrap();
        let claim = stated(&t, &case, &id).await;
        assert_eq!(claim.claim.materiality, 2);
        let unjudged = score(&t, &case, None).await;
        assert_eq!(unjudged.mass.unexamined.0 - without.mass.unexamined.0, 2_000_000_000, "k = 2 waits for a verdict");
        give(&t, &case.auditor, quoting(&claim, Outcome::Supported, "48 calls are traced")).await.unwrap();
        let judged = score(&t, &case, None).await;
        assert!(judged.mass.supported > without.mass.supported && judged.mass.unexamined < unjudged.mass.unexamined);
        assert!(judged.assured > without.assured && judged.coverage > without.coverage);
        assert_eq!(score(&t, &case, Some(before_weight)).await.mass, without.mass, "the past stays as it was");
        assert!(set_weight(&t, &supervisor, &id, Materiality::Critical).await.is_err(), "a judged claim keeps its weight");
        assert!(withdraw(&t.app, &case.tech, id).await.is_err(), "a judged claim stays");
        rebuilds(&t).await;
    }

    async fn its_author_takes_a_statement_back_until_it_is_judged(t: TestApp) {
        let case = case(&t).await;
        let project = case.owner.project;
        let id = stated_id(&t, &case).await;
        set_weight(&t, &case.auditor, &id, Materiality::Normal).await.unwrap();
        let weighed = score(&t, &case, None).await;
        assert!(withdraw(&t.app, &case.auditor, id.clone()).await.is_err(), "it is not theirs");
        let item = claim(&t, &case, "C1").await.claim.claim_id;
        assert!(withdraw(&t.app, &case.tech, item).await.is_err(), "a criterion was never stated");
        assert_eq!(withdraw(&t.app, &case.tech, id.clone()).await.unwrap(), case.order);
        t.clock.advance(1_000_000);
        assert!(withdraw(&t.app, &case.tech, id.clone()).await.is_err(), "once is enough");
        let after = score(&t, &case, None).await;
        assert_eq!(weighed.mass.unexamined.0 - after.mass.unexamined.0, 1_000_000_000);
        let gone = stated(&t, &case, &id).await;
        let refused = give(&t, &case.auditor, quoting(&gone, Outcome::Supported, "48 calls")).await;
        assert!(refused.is_err() && gone.claim.withdrawn_at.is_some());
        let waiting = t.app.db.read(move |conn| queue(conn, project, &QueueFilter::default())).await.unwrap();
        assert!(waiting.iter().all(|queued| queued.claim.claim_id != id));
        assert_ne!(stated_id(&t, &case).await, gone.claim.claim_id, "it may be stated again");
        rebuilds(&t).await;
    }

    async fn words_that_are_not_there_prove_nothing(t: TestApp) {
        let case = case(&t).await;
        let asked = statement(&t, &case, "3.1", "all calls are traced").await;
        assert!(state(&t.app, &case.tech, asked).await.is_err());
        let good = statement(&t, &case, "3.1", "48 calls").await;
        for wrong in [
            NewStatement { text: "  ".to_owned(), ..good.clone() },
            NewStatement { text: "x".repeat(1_001), ..good.clone() },
            NewStatement { target: "item:no".parse().unwrap(), ..good.clone() },
            NewStatement { quote: NewQuote { trace_id: "no".to_owned(), ..good.quote.clone() }, ..good.clone() },
        ] {
            assert!(state(&t.app, &case.tech, wrong.clone()).await.is_err(), "{wrong:?}");
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
        let page = get(&t, &case.auditor, &location).await;
        assert!(page.contains(TEXT) && page.contains("does not count") && page.contains("Set the importance"), "{page}");
        assert!(page.contains("<mark>51 calls and 48 calls</mark>") && !page.contains("Withdraw this claim"), "{page}");
        let own = get(&t, &case.tech, &location).await;
        assert!(own.contains("Withdraw this claim") && !own.contains("Set the importance"), "{own}");
        let order = get(&t, &case.tech, "/work-orders/WO-2026-014").await;
        assert!(order.contains("Stated claims") && order.contains(&location), "{order}");
        assert!(order.contains(&format!("/traces/{TRACE}?observation={SPAN}#:~:text=51%20calls%20and%2048%20calls")), "{order}");
        let set = format!("{location}/weigh");
        assert_eq!(post(&t, &case.auditor, &set, &[("weight", "4")]).await.0, StatusCode::SEE_OTHER);
        assert!(post(&t, &case.auditor, &set, &[("weight", "3")]).await.0.is_client_error());
        assert!(get(&t, &case.tech, "/work-orders/WO-2026-014").await.contains("critical"));
        let (_, back, _) = post(&t, &case.tech, &format!("{location}/withdraw"), &[]).await;
        assert!(back == "/work-orders/WO-2026-014" && !get(&t, &case.tech, &back).await.contains("Stated claims"));
        let mut wrong = fields;
        wrong[5].1 = "all <51> calls";
        wrong[1].1 = "9.9";
        for (fields, fault) in [(&wrong[..], "has no such place"), (&wrong[..1], "Name the place"), (&[("target", "3.1")], "Name the work order")] {
            let (status, _, page) = post(&t, &case.tech, &address, fields).await;
            assert!(status.is_client_error() && page.contains(fault), "{status} {page}");
        }
        wrong[1].1 = "3.1";
        let (status, _, page) = post(&t, &case.tech, &address, &wrong).await;
        assert!(status.is_client_error() && page.contains("do not occur verbatim"), "{page}");
        assert!(page.contains(TEXT) && page.contains("all &#60;51&#62; calls") && page.contains("value=\"3.1\""), "{page}");
        let reader = other(&case.owner, "reader", &[]);
        assert_eq!(post(&t, &reader, &address, &fields).await.0, StatusCode::FORBIDDEN);
    }
}
