//! When a criterion is claimed, and that what is counted as judged is the same set wherever it is counted.

use diesel::prelude::*;
use tracewright::audit::actions::{NewStatement, state};
use tracewright::audit::reads::{ClaimRow, QueueFilter, claims_made, progress, queue};
use tracewright::db::AnyConnection;
use tracewright::db::schema::claims;
use tracewright::work_orders::actions::import::import;

use crate::harness::on_both;

use super::pages::get;
use super::*;

/// The usual order as a draft on which nothing was done.
fn draft() -> String {
    FILE.replace("WO-2026-014", "WO-2026-015")
        .replace("IN PROGRESS", "DRAFT")
        .replace("- [x]", "- [ ]")
        .replace(" ✅", " ⬜")
}

async fn tick(t: &TestApp, case: &Case, place: &str) {
    let target = load(t, &case.owner, &case.order).await.resolve_part(place).unwrap();
    actions::tick::tick(&t.services.orders, &case.tech, &case.order, target).await.unwrap();
    t.clock.advance(1_000_000);
}

/// A statement that nobody gave weight.
async fn state_one(t: &TestApp, case: &Case) -> String {
    let target = load(t, &case.owner, &case.order).await.resolve_part("3.1").unwrap();
    let quote =
        quoting(&claim(t, case, "3.1").await, Outcome::Supported, "48 calls are traced").quotes.remove(0);
    let text = "Three calls of the bot are not traced.".to_owned();
    let id =
        state(&t.app, &case.tech, NewStatement { order_id: case.order.clone(), target, text, quote }).await;
    t.clock.advance(1_000_000);
    id.unwrap()
}

/// 300 claims like this one that came from a file, and weigh more.
fn many_unattested(conn: &mut AnyConnection, like: &ClaimRow) -> Result<(), Error> {
    for n in 0..300 {
        let claim_id = format!("imported-{n:03}");
        let row =
            ClaimRow { claim_id, position: 1_000 + n, materiality: 4, unattested: true, ..like.clone() };
        diesel::insert_into(claims::table).values(row).execute(conn)?;
    }
    Ok(())
}

on_both! {
    async fn a_criterion_that_nobody_ticked_waits_for_no_verdict_yet(t: TestApp) {
        let case = case(&t).await;
        let criterion = claim(&t, &case, "C1").await;
        let page = format!("/claims/{}", criterion.claim.claim_id);
        let queue = get(&t, &case.auditor, "/review").await;
        assert!(!queue.contains(&page) && queue.contains("0 of 4 claims judged"), "{queue}");
        let shown = get(&t, &case.auditor, &page).await;
        assert!(shown.contains("Nobody claims this yet") && !shown.contains("Claim 1 of"), "{shown}");
        let early = give(&t, &case.auditor, unsettled(&criterion)).await;
        assert!(matches!(&early, Err(Error::Refused(why)) if why.contains("nobody claims this yet")), "{early:?}");
        let item = get(&t, &case.auditor, &format!("/claims/{}", claim(&t, &case, "3.1").await.claim.claim_id)).await;
        assert!(!item.contains(&page), "the way leads past it: {item}");
        tick(&t, &case, "C1").await;
        let queue = get(&t, &case.auditor, "/review").await;
        assert!(queue.contains(&page) && queue.contains("0 of 5 claims judged"), "{queue}");
        // Whoever wrote it into the plan and whoever says that it is met are told apart.
        let shown = get(&t, &case.auditor, &page).await;
        assert!(shown.contains("Marked met by tech Name") && shown.contains("Written in the plan by "), "{shown}");
        give(&t, &case.auditor, unsettled(&criterion)).await.unwrap();
        assert!(get(&t, &case.auditor, "/review").await.contains("1 of 5 claims judged"));
    }

    async fn what_nobody_attested_takes_no_place_from_what_can_be_judged(t: TestApp) {
        let case = case(&t).await;
        let project = case.owner.project;
        let like = claim(&t, &case, "3.1").await.claim;
        let waits = like.claim_id.clone();
        t.app.db.write(&Actor::system(), move |tx| many_unattested(tx.conn, &like)).await.unwrap();
        let open = QueueFilter { standing: Some("open".to_owned()), ..QueueFilter::default() };
        let queued = t.app.db.read(move |conn| queue(conn, project, &open)).await.unwrap();
        assert_eq!(queued.len(), 300);
        assert!(queued.iter().any(|queued| queued.claim.claim_id == waits), "{:?}", queued[0]);
        assert!(queued.last().is_some_and(|last| last.claim.unattested), "what cannot be judged yet stands last");
    }

    async fn what_is_judged_is_counted_over_one_set_everywhere(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await;
        let stated = state_one(&t, &case).await;
        for judged in [0, 1] {
            let said = format!("{judged} of 4");
            for (address, words) in [
                ("/review".to_owned(), format!("{said} claims judged")),
                ("/review?order=WO-2026-014".to_owned(), format!("{said} claims judged")),
                (format!("/claims/{}", item.claim.claim_id), format!("{said} judged in")),
                (format!("/claims/{}", item.claim.claim_id), " of 4 ·".to_owned()),
                ("/trust/work-orders/WO-2026-014".to_owned(), format!("{said} claims")),
            ] {
                let page = get(&t, &case.auditor, &address).await;
                assert!(page.contains(&words), "{address} says {words}: {page}");
            }
            let waits = get(&t, &case.auditor, "/review").await.matches("<li data-row>").count();
            assert_eq!(waits, 4 - judged, "the list is what is left of them");
            if judged == 0 {
                give(&t, &case.auditor, quoting(&item, Outcome::Supported, WORDS)).await.unwrap();
            }
        }
        // What has no weight is in no sum and still to be found.
        let weightless = get(&t, &case.auditor, "/review?standing=weightless").await;
        assert!(weightless.contains(&format!("/claims/{stated}")), "{weightless}");
        assert_eq!(weightless.matches("<li data-row>").count(), 1);
    }

    async fn the_tables_and_the_fold_of_an_order_agree_on_what_is_to_judge(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await;
        state_one(&t, &case).await;
        for place in ["C1", "3.2"] {
            tick(&t, &case, place).await;
        }
        let target = load(&t, &case.owner, &case.order).await.resolve_part("3.2").unwrap();
        actions::undo::undo(&t.services.orders, &case.tech, &case.order, target, "wrong".to_owned()).await.unwrap();
        give(&t, &case.auditor, unsettled(&item)).await.unwrap();
        let (project, id) = (case.owner.project, case.order.clone());
        let (made, rows, progress) = t.app.db.read(move |conn| {
            let order = reads::load(conn, project, &id, None)?;
            let made = claims_made(conn, project, &order, None)?;
            Ok((made, judged_claims(conn, project, &id)?, progress(conn, project, Some(&id))?))
        }).await.unwrap();
        let is_judged = |id: &str| rows.iter().any(|row| row.claim.claim_id == id && row.claim.standing != "open");
        let set: Vec<_> = made.iter().filter(|claim| claim.is_to_judge(is_judged(&claim.id))).collect();
        assert!(made.len() > set.len(), "some are out of it");
        assert_eq!(i64::try_from(set.len()).unwrap(), progress.total);
        let judged = set.iter().filter(|claim| is_judged(&claim.id)).count();
        assert_eq!((i64::try_from(judged).unwrap(), progress.judged), (1, 1));
        let unclaimed = |id: &str| rows.iter().find(|row| row.claim.claim_id == id).map(|row| row.claim.unclaimed);
        assert!(made.iter().all(|claim| unclaimed(&claim.id) == Some(claim.unclaimed)));
    }

    async fn trust_in_an_order_where_nothing_is_claimed_says_so(t: TestApp) {
        let case = case(&t).await;
        import(&t.app, &case.owner, None, draft().into_bytes()).await.unwrap();
        for address in ["/trust/work-orders/WO-2026-015", "/work-orders/WO-2026-015"] {
            let page = get(&t, &case.auditor, address).await;
            assert!(page.contains("Nothing is claimed in this order yet"), "{address}: {page}");
            for advice in ["Have C1", "be judged", "Nobody has judged a claim yet"] {
                assert!(!page.contains(advice), "{address} advises {advice}: {page}");
            }
        }
        let begun = get(&t, &case.auditor, "/trust/work-orders/WO-2026-014").await;
        assert!(!begun.contains("Have C1 judged") && begun.contains("No single verdict raises"), "{begun}");
        assert!(begun.contains("2 completion criteria"), "what is not claimed yet is said: {begun}");
    }

    async fn why_a_quote_became_no_knowledge_is_said(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await.claim.claim_id;
        give(&t, &case.auditor, quoting(&claim(&t, &case, "3.1").await, Outcome::Supported, "51 calls")).await.unwrap();
        let page = get(&t, &case.auditor, &format!("/claims/{item}")).await;
        let link = format!("/knowledge?claim={item}");
        assert!(page.contains(&link), "{page}");
        for address in [link.as_str(), "/knowledge"] {
            let why = get(&t, &case.auditor, address).await;
            assert!(why.contains("“51 calls”") && why.contains("quote a whole sentence of 5 to 45 words"), "{address}: {why}");
        }
        let again = Judgement { supersedes: Some(claim(&t, &case, "3.1").await.verdicts[0].row.verdict_id.clone()),
            ..quoting(&claim(&t, &case, "3.1").await, Outcome::Supported, WORDS) };
        give(&t, &case.auditor, again).await.unwrap();
        let now = get(&t, &case.auditor, &link).await;
        assert!(now.contains(WORDS) && !now.contains("quote a whole sentence"), "{now}");
    }
}
