//! Who counts as one, as people, keys and the operator make it so.

use tracewright::audit::reads::judged_claims;
use tracewright::foundation::{Asker, Error, Role};
use tracewright::ledger::rebuild;
use tracewright::people::AccountId;
use tracewright::people::operator::AccountWords;
use tracewright::people::units::unit_of;

use crate::harness::{TestApp, on_both};

use super::*;

async fn unit(t: &TestApp, of: &Asker) -> Vec<String> {
    let account = of.actor.id.clone();
    let unit = t.app.db.read(move |conn| unit_of(conn, &account)).await.unwrap();
    unit.accounts().map(str::to_owned).collect()
}

fn ids(askers: &[&Asker]) -> Vec<String> {
    let mut ids: Vec<String> = askers.iter().map(|asker| asker.actor.id.clone()).collect();
    ids.sort();
    ids
}

on_both! {
    async fn makers_key_holders_and_accounts_of_one_person_count_as_one(t: TestApp) {
        let owner = owner(&t).await;
        let noa = hire(&t, &owner, "noa", &[Role::Admin]).await;
        let operator = Asker::operator(owner.project);
        let relay = agent(&t, &noa, "relay").await;
        let scribe = agent(&t, &operator, "scribe").await;
        assert_eq!(unit(&t, &scribe).await, ids(&[&scribe]), "the operator is nobody");
        assert_eq!(unit(&t, &relay).await, ids(&[&relay, &noa]));
        by_key(&t, &owner, &scribe).await;
        assert_eq!(unit(&t, &owner).await, ids(&[&scribe, &owner]));
        let words = AccountWords { name: "Noa at home".to_owned(), email: Some("home@example.com".to_owned()),
            roles: vec!["auditor".to_owned()], password: Some(PASSWORD.to_owned()), is_agent: false };
        let home = t.people.add_user(&operator, &words).await.unwrap().account.id.0;
        assert!(t.people.join_users(&operator, "noa@example.com", "home@example.com").await.unwrap());
        assert!(!t.people.join_users(&operator, "home@example.com", "noa@example.com").await.unwrap());
        let mut all = ids(&[&relay, &noa]);
        all.push(home);
        all.sort();
        assert_eq!(unit(&t, &relay).await, all);
        let stranger = other(&owner, "tech", &[Role::Technician]);
        let joined = t.people.same_person(&stranger, AccountId(noa.actor.id.clone()), AccountId(owner.actor.id.clone()));
        assert!(matches!(joined.await, Err(Error::Forbidden(_))), "only an admin or the operator says so");
        let app = t.app.clone();
        let check = move || rebuild::check(&app.db, &app.ledger);
        let checked = tokio::task::spawn_blocking(check).await.unwrap().unwrap();
        assert!(checked.differences.is_empty(), "{:?}", checked.differences);
    }

    async fn an_auditor_does_not_judge_what_their_own_agent_did(t: TestApp) {
        let owner = owner(&t).await;
        let noa = hire(&t, &owner, "noa", &[Role::Admin, Role::Auditor]).await;
        let mei = other(&owner, "mei", &[Role::Auditor]);
        let relay = agent(&t, &noa, "relay").await;
        let id = running(&t, &owner, &other(&owner, "dana", &[Role::Technician])).await;
        give(&t, &owner, &id, Some(&relay)).await;
        read_safety(&t, &relay, &id).await;
        send(&t, &relay, "t1", &["wo:WO-2026-100/1.1"], "done").await;
        do_tick(&t, &relay, &id, "1.1").await;
        let (project, order) = (owner.project, id.clone());
        let claims = t.app.db.read(move |conn| judged_claims(conn, project, &order)).await.unwrap();
        let claim = claims.iter().find(|claim| claim.claim.place == "1.1").unwrap().claim.claim_id.clone();
        let own = judge_one(&t, &noa, &claim).await;
        assert!(matches!(&own, Err(Error::Forbidden(why)) if why.contains("counts as one with yours")), "{own:?}");
        judge_one(&t, &mei, &claim).await.unwrap();
    }
}
