//! A secret in a linked trace is an exception on the order: once, whichever came first, answered by a person.

use diesel::prelude::*;
use serde_json::json;
use tracewright::audit::Outcome;
use tracewright::audit::actions::{NewQuote, NewStatement, resolve_exception, state, unlink};
use tracewright::audit::exceptions::Answer;
use tracewright::audit::exceptions::reads::{ExceptionRow, Filter, list};
use tracewright::audit::reads::ClaimRow;
use tracewright::db::Tx;
use tracewright::db::schema::{account_ties, claims, exceptions as rows, trace_senders};
use tracewright::foundation::address::part;
use tracewright::foundation::{Actor, ActorKind, Asker, Error, ProjectKey, Role};
use tracewright::intake::ingest::{RequestBody, ingest_batch};
use tracewright::traces::actions::erase::erase_traces;

use crate::harness::{MINUTE, TestApp, on_both};

use super::pages::{get, post};
use super::stored::put_trace;
use super::{Case, OUTPUT, SPAN, WORDS, case, claim, give, link_to, load, other, quoting};

async fn send(t: &TestApp, case: &Case, trace: &str, said: &str) {
    let id = format!("span-{trace}");
    let body = json!({ "id": id, "traceId": trace, "name": "work", "output": said });
    let event = json!({ "id": format!("e-{trace}-{}", said.len()), "type": "span-create",
        "timestamp": "2026-11-21T09:00:00Z", "body": body });
    let sent = RequestBody::plain(json!({ "batch": [event] }).to_string().into_bytes());
    let (intake, rule) = (t.services.intake.clone(), Asker::system(case.owner.project));
    ingest_batch(&t.app, &intake, &rule, sent).await.unwrap();
}

fn secret() -> String {
    format!("with {}_{}", "ghp", "Zk3Qw9Lm2Xc7Vb5NaB1cD2eF3gH4iJ5kL6mN")
}

async fn exceptions(t: &TestApp, case: &Case) -> Vec<ExceptionRow> {
    let project = case.owner.project;
    t.app.db.read(move |conn| list(conn, project, &Filter::default())).await.unwrap()
}

on_both! {
    async fn it_opens_once_whether_the_link_or_the_finding_comes_first(t: TestApp) {
        let case = case(&t).await;
        send(&t, &case, "found-first", &secret()).await;
        assert_eq!(exceptions(&t, &case).await, []);
        link_to(&t, &case, "3.1", "found-first").await.unwrap();
        link_to(&t, &case, "3.2", "found-first").await.unwrap();
        send(&t, &case, "linked-first", "nothing yet").await;
        link_to(&t, &case, "3.1", "linked-first").await.unwrap();
        send(&t, &case, "linked-first", &format!("{} 4111 1111 1111 1111", secret())).await;
        send(&t, &case, "linked-first", &format!("again {}", secret())).await;
        let mut open: Vec<_> = exceptions(&t, &case)
            .await
            .into_iter()
            .map(|row| (row.trace_id, row.kind, row.detail))
            .collect();
        open.sort();
        let row = |trace: &str, kind: &str, detail: &str| (trace.to_owned(), kind.to_owned(), detail.to_owned());
        assert_eq!(open, [
            row("found-first", "secret_in_trace", "github-token in output"),
            row("linked-first", "card_in_trace", "payment-card in output"),
            row("linked-first", "secret_in_trace", "github-token in output"),
        ]);
        let order = get(&t, &case.auditor, "/work-orders/WO-2026-014").await;
        assert!(order.contains("Exceptions") && order.contains("3 open"), "{order}");
    }

    async fn words_of_a_trace_with_a_secret_open_it_as_a_link_does(t: TestApp) {
        let case = case(&t).await;
        send(&t, &case, "x", &secret()).await;
        let target = load(&t, &case.owner, &case.order).await.resolve_part("3.1").unwrap();
        let quote = NewQuote {
            trace_id: "x".to_owned(),
            observation_id: "span-x".to_owned(),
            field: "output".to_owned(),
            exact: "with".to_owned(),
            prefix: String::new(),
            suffix: String::new(),
        };
        let asked = NewStatement { order_id: case.order.clone(), target, text: "It went with it.".to_owned(), quote };
        state(&t.app, &case.tech, asked).await.unwrap();
        let open = exceptions(&t, &case).await;
        assert!(open.len() == 1 && open[0].kind == "secret_in_trace" && open[0].trace_id == "x", "{open:?}");
    }

    async fn what_comes_after_the_answer_asks_again_and_what_was_answered_does_not(t: TestApp) {
        let case = case(&t).await;
        send(&t, &case, "x", &secret()).await;
        link_to(&t, &case, "3.1", "x").await.unwrap();
        let id = exceptions(&t, &case).await[0].exception_id.clone();
        t.clock.advance(MINUTE);
        resolve_exception(&t.app, &case.auditor, id, Answer::Replaced, "It was revoked.").await.unwrap();
        t.clock.advance(MINUTE);
        send(&t, &case, "x", &secret()).await;
        link_to(&t, &case, "3.2", "x").await.unwrap();
        assert_eq!(exceptions(&t, &case).await.len(), 1, "the same was answered");
        let body = json!({ "id": "another-span", "traceId": "x", "name": "later", "input": secret() });
        let event = json!({ "id": "e-later", "type": "span-create", "timestamp": "2026-11-21T09:05:00Z", "body": body });
        let sent = RequestBody::plain(json!({ "batch": [event] }).to_string().into_bytes());
        let rule = Asker::system(case.owner.project);
        ingest_batch(&t.app, &t.services.intake.clone(), &rule, sent).await.unwrap();
        let open: Vec<_> = exceptions(&t, &case).await.into_iter().filter(|row| row.resolved_at.is_none()).collect();
        assert!(open.len() == 1 && open[0].detail == "github-token in input", "{open:?}");
    }

    async fn what_is_found_while_it_waits_is_told_to_whoever_answers(t: TestApp) {
        let case = case(&t).await;
        send(&t, &case, "x", &secret()).await;
        link_to(&t, &case, "3.1", "x").await.unwrap();
        assert!(!get(&t, &case.auditor, "/exceptions").await.contains("more found since"));
        t.clock.advance(MINUTE);
        let body = json!({ "id": "another-span", "traceId": "x", "name": "later", "input": secret() });
        let event = json!({ "id": "e-later", "type": "span-create", "timestamp": "2026-11-21T09:05:00Z", "body": body });
        let sent = RequestBody::plain(json!({ "batch": [event] }).to_string().into_bytes());
        let rule = Asker::system(case.owner.project);
        ingest_batch(&t.app, &t.services.intake.clone(), &rule, sent).await.unwrap();
        let page = get(&t, &case.auditor, "/exceptions").await;
        assert!(page.contains("1 more found since") && page.matches("<li id=\"e-").count() == 1, "{page}");
    }

    async fn a_person_answers_it_and_an_agent_may_not(t: TestApp) {
        let case = case(&t).await;
        send(&t, &case, "x", &secret()).await;
        link_to(&t, &case, "3.1", "x").await.unwrap();
        let id = exceptions(&t, &case).await[0].exception_id.clone();
        let mut agent = other(&case.owner, "relay", &[Role::Auditor]);
        agent.actor.kind = ActorKind::Agent;
        let worker = other(&case.owner, "tim", &[Role::Technician]);
        let answer = async |who: &Asker, comment: &str| {
            resolve_exception(&t.app, who, id.clone(), Answer::Replaced, comment).await
        };
        assert!(matches!(answer(&agent, "done").await, Err(Error::Forbidden(_))));
        assert!(matches!(answer(&worker, "done").await, Err(Error::Forbidden(_))));
        assert!(matches!(answer(&case.auditor, " ").await, Err(Error::Invalid(_))));
        let page = get(&t, &case.auditor, "/exceptions").await;
        assert!(page.contains("Secret in a trace") && page.contains("Answer and record"), "{page}");
        answer(&case.auditor, "The token was revoked at 9:40.").await.unwrap();
        assert!(matches!(answer(&case.auditor, "again").await, Err(Error::Refused(_))));
        let row = exceptions(&t, &case).await.remove(0);
        assert_eq!(row.how.as_deref(), Some("replaced"));
        let page = get(&t, &case.auditor, "/exceptions?state=answered").await;
        assert!(page.contains("The token was revoked at 9:40."), "{page}");
    }

    async fn what_is_refused_is_said_and_kept_though_somebody_else_answered_meanwhile(t: TestApp) {
        let case = case(&t).await;
        send(&t, &case, "x", &secret()).await;
        link_to(&t, &case, "3.1", "x").await.unwrap();
        let id = exceptions(&t, &case).await[0].exception_id.clone();
        let address = format!("/exceptions/{id}/resolve");
        let (status, _, page) = post(&t, &case.auditor, &address, &[("how", "harmless"), ("comment", "")]).await;
        assert!(status.is_client_error() && page.contains("value=\"harmless\" required checked"), "{page}");
        resolve_exception(&t.app, &case.auditor, id, Answer::Replaced, "It was revoked.").await.unwrap();
        let fields = [("how", "harmless"), ("comment", "An example of the manual.")];
        let (status, _, page) = post(&t, &case.auditor, &address, &fields).await;
        assert!(status.is_client_error() && page.contains("has answered this exception already"), "{page}");
        assert!(page.contains("You wrote: An example of the manual."), "{page}");
    }

    async fn what_waits_for_long_stands_before_hundreds_that_were_answered_since(t: TestApp) {
        let case = case(&t).await;
        send(&t, &case, "x", &secret()).await;
        link_to(&t, &case, "3.1", "x").await.unwrap();
        let waits = exceptions(&t, &case).await.remove(0);
        let row = waits.clone();
        t.app.db.write(&Actor::system(), move |tx| answered_since(tx, &row)).await.unwrap();
        let all = exceptions(&t, &case).await;
        assert!(all.len() == 300 && all[0].exception_id == waits.exception_id, "{:?}", all.first());
        let page = get(&t, &case.auditor, "/exceptions?state=any").await;
        assert!(page.contains("The first 300 are looked through"), "{page}");
        assert!(!get(&t, &case.auditor, "/exceptions").await.contains("are looked through"));
    }

    async fn what_is_of_others_takes_no_place_in_the_lists_of_whoever_sees_their_own_alone(t: TestApp) {
        let case = case(&t).await;
        send(&t, &case, "x", &secret()).await;
        link_to(&t, &case, "3.1", "x").await.unwrap();
        let (odd, claimed) = (exceptions(&t, &case).await.remove(0), claim(&t, &case, "3.1").await.claim);
        // The one who has the order, and sees no other.
        let worker = other(&case.owner, "tech", &[Role::Technician]);
        let said = |page: &str| page.lines().find(|line| line.contains("judged</span>")).map(str::to_owned);
        let before = said(&get(&t, &worker, "/review").await);
        let (first, weightier) = (odd.clone(), claimed.clone());
        let many = move |tx: &mut Tx<'_>| elsewhere(tx, &first, &weightier);
        t.app.db.write(&Actor::system(), many).await.unwrap();
        let page = get(&t, &worker, "/exceptions").await;
        assert!(page.contains(&format!("id=\"e-{}\"", odd.exception_id)), "{page}");
        assert!(!page.contains("are looked") && page.matches("<li id=\"e-").count() == 1, "{page}");
        let page = get(&t, &worker, "/review").await;
        assert!(page.contains(&format!("/claims/{}", part(&claimed.claim_id))), "{page}");
        assert!(!page.contains("are looked") && !page.contains("elsewhere-"), "{page}");
        assert!(before.is_some() && said(&page) == before, "{page}");
        assert!(get(&t, &case.auditor, "/review").await.contains("elsewhere-"), "who sees all sees them");
    }

    async fn nobody_who_did_the_work_or_counts_as_one_with_them_answers(t: TestApp) {
        let case = case(&t).await;
        send(&t, &case, "x", &secret()).await;
        link_to(&t, &case, "3.1", "x").await.unwrap();
        let id = exceptions(&t, &case).await[0].exception_id.clone();
        let answer = async |who: &Asker| {
            resolve_exception(&t.app, who, id.clone(), Answer::Harmless, "it is fine").await
        };
        let doer = other(&case.owner, "tech", &[Role::Supervisor]);
        assert!(matches!(answer(&doer).await, Err(Error::Forbidden(_))), "who ticked");
        let (project, tie) = (case.owner.project, ("twin".to_owned(), "tech".to_owned()));
        t.app.db.write(&Actor::system(), move |tx| tie_accounts(tx, project, &tie)).await.unwrap();
        let twin = other(&case.owner, "twin", &[Role::Auditor]);
        assert!(matches!(answer(&twin).await, Err(Error::Forbidden(_))), "another account of theirs");
        let sender = other(&case.owner, "sender", &[Role::Supervisor]);
        t.app.db.write(&Actor::system(), move |tx| sent_by(tx, project, "x", "sender")).await.unwrap();
        assert!(matches!(answer(&sender).await, Err(Error::Forbidden(_))), "whose trace it is");
        answer(&case.auditor).await.unwrap();
    }

    async fn who_sent_a_trace_is_known_after_it_was_erased(t: TestApp) {
        let case = case(&t).await;
        send(&t, &case, "x", &secret()).await;
        let project = case.owner.project;
        t.app.db.write(&Actor::system(), move |tx| sent_by(tx, project, "x", "sender")).await.unwrap();
        link_to(&t, &case, "3.1", "x").await.unwrap();
        let id = exceptions(&t, &case).await[0].exception_id.clone();
        let sender = other(&case.owner, "sender", &[Role::Supervisor]);
        let hooks = t.services.intake.hooks.clone();
        erase_traces(&t.app, &hooks, &sender, vec!["x".to_owned()], "a secret stood in it").await.unwrap();
        let answered = resolve_exception(&t.app, &sender, id.clone(), Answer::Replaced, "it is fine").await;
        assert!(matches!(answered, Err(Error::Forbidden(_))), "{answered:?}");
        let stored = t.app.db.read(|conn| Ok(trace_senders::table.select(trace_senders::trace_id).load::<String>(conn)?));
        assert!(!stored.await.unwrap().contains(&"x".to_owned()), "its id goes");
        resolve_exception(&t.app, &case.auditor, id, Answer::Replaced, "it was revoked").await.unwrap();
    }

    async fn taking_ones_own_trace_away_makes_nobody_independent(t: TestApp) {
        let case = case(&t).await;
        put_trace(&t, case.owner.project, "x", SPAN, "", OUTPUT).await;
        let project = case.owner.project;
        for account in ["auditor", "second"] {
            t.app.db.write(&Actor::system(), move |tx| sent_by(tx, project, "x", account)).await.unwrap();
        }
        let link = link_to(&t, &case, "3.1", "x").await.unwrap();
        let item = claim(&t, &case, "3.1").await;
        let supports = async |who: &Asker| give(&t, who, quoting(&item, Outcome::Supported, WORDS)).await;
        let second = other(&case.owner, "second", &[Role::Auditor]);
        assert!(matches!(supports(&case.auditor).await, Err(Error::Forbidden(_))), "they sent some of the evidence");
        unlink(&t.app, &case.auditor, link, "not needed after all".to_owned()).await.unwrap();
        assert!(matches!(supports(&case.auditor).await, Err(Error::Forbidden(_))), "they took it away themselves");
        supports(&second).await.unwrap();
    }
}

/// 300 of the same order, opened after this one and answered.
fn answered_since(tx: &mut Tx<'_>, first: &ExceptionRow) -> Result<(), Error> {
    for n in 1..=300 {
        let at = first.opened_at.plus_micros(n);
        let row = (
            rows::project.eq(first.project),
            rows::exception_id.eq(format!("answered-{n:03}")),
            rows::order_id.eq(&first.order_id),
            rows::trace_id.eq(&first.trace_id),
            rows::kind.eq(&first.kind),
            rows::detail.eq(&first.detail),
            rows::opened_at.eq(at),
            rows::opened_event.eq(format!("event-{n:03}")),
            rows::resolved_at.eq(Some(at)),
        );
        diesel::insert_into(rows::table).values(row).execute(tx.conn)?;
    }
    Ok(())
}

/// 300 exceptions and 300 claims of another order: opened after this one, and weightier.
fn elsewhere(tx: &mut Tx<'_>, first: &ExceptionRow, claim: &ClaimRow) -> Result<(), Error> {
    for n in 1..=300 {
        let row = (
            rows::project.eq(first.project),
            rows::exception_id.eq(format!("elsewhere-{n:03}")),
            rows::order_id.eq("elsewhere"),
            rows::trace_id.eq(&first.trace_id),
            rows::kind.eq(&first.kind),
            rows::detail.eq(&first.detail),
            rows::opened_at.eq(first.opened_at.plus_micros(i64::from(n))),
            rows::opened_event.eq(format!("elsewhere-{n:03}")),
        );
        diesel::insert_into(rows::table).values(row).execute(tx.conn)?;
        let (claim_id, order_id) = (format!("elsewhere-{n:03}"), "elsewhere".to_owned());
        let row = ClaimRow { claim_id, order_id, position: n, materiality: 4, ..claim.clone() };
        diesel::insert_into(claims::table).values(row).execute(tx.conn)?;
    }
    Ok(())
}

fn tie_accounts(tx: &mut Tx<'_>, _: ProjectKey, (one, two): &(String, String)) -> Result<(), Error> {
    let row = (
        account_ties::account_id.eq(one),
        account_ties::other_id.eq(two),
        account_ties::why.eq("same_person"),
    );
    diesel::insert_into(account_ties::table).values(row).execute(tx.conn)?;
    Ok(())
}

fn sent_by(tx: &mut Tx<'_>, project: ProjectKey, trace: &str, account: &str) -> Result<(), Error> {
    let row = (
        trace_senders::project.eq(project.0),
        trace_senders::trace_id.eq(trace),
        trace_senders::account_id.eq(account),
    );
    diesel::insert_into(trace_senders::table).values(row).execute(tx.conn)?;
    Ok(())
}
