//! Nothing of one project's people is read or changed from another.

use tracewright::foundation::{Asker, Error, ProjectKey, Role};
use tracewright::ledger::sequencer::sequence_now;
use tracewright::people::model::{ProjectId, ProjectName};
use tracewright::people::{AccountId, ProjectRow};

use crate::harness::http::{Client, site};
use crate::harness::on_both;

use super::pages::cookie;
use super::*;

on_both! {
    async fn the_ledger_tells_an_admin_nothing_of_another_projects_people(t: TestApp) {
        let admin = owner(&t).await;
        let alone = Client::browser(Some(&cookie(&t, OWNER).await));
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        let s = site(&t).await;
        assert!(bodies(&t, &s, &alone).await.contains(OWNER), "the only project reads it all");
        let south = project(&t, "south").await;
        create(&t.people, &Asker::operator(south.key), "tech@south.example", &[Role::Technician]).await;
        create(&t.people, &Asker::operator(south.key), "chief@south.example", &[Role::Admin]).await;
        let both = create(&t.people, &Asker::operator(south.key), "both@example.com", &[Role::Viewer]).await.account.id;
        t.people.grant_role(&Asker::operator(admin.project), both, Role::Viewer).await.unwrap();
        let chief = Client::browser(Some(&cookie(&t, "chief@south.example").await));
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        let (here, there) = (bodies(&t, &s, &alone).await, bodies(&t, &s, &chief).await);
        assert!(here.contains(OWNER) && !here.contains("south.example"), "{here}");
        assert!(there.contains("tech@south.example") && !there.contains(OWNER));
        for text in [&here, &there] {
            assert!(text.contains("both@example.com"), "an account of both is known in both");
        }
    }

    async fn an_account_without_roles_stays_with_those_who_knew_it(t: TestApp) {
        let admin = owner(&t).await;
        let south = project(&t, "south").await;
        let there = Asker::operator(south.key);
        let left = create(&t.people, &there, "left@south.example", &[Role::Viewer]).await.account.id;
        t.people.revoke_role(&there, left.clone(), Role::Viewer).await.unwrap();
        let new = create(&t.people, &there, "nobodys@example.com", &[]).await.account.id;
        assert!(members(&t, &admin).await.iter().all(|it| it.account.id != left));
        assert!(members(&t, &there).await.iter().any(|it| it.account.id == left));
        assert!(matches!(t.people.grant_role(&admin, left.clone(), Role::Viewer).await, Err(Error::NotFound(_))));
        t.people.grant_role(&admin, new, Role::Viewer).await.unwrap();
        t.people.grant_role(&there, left, Role::Viewer).await.unwrap();
    }

    async fn the_whole_account_is_for_who_is_admin_wherever_it_belongs(t: TestApp) {
        let admin = owner(&t).await;
        let south = project(&t, "south").await;
        let there = Asker::operator(south.key);
        let both = create(&t.people, &there, "both@example.com", &[Role::Viewer]).await.account.id;
        t.people.grant_role(&Asker::operator(admin.project), both.clone(), Role::Viewer).await.unwrap();
        let refused = [
            t.people.disable_account(&admin, both.clone()).await,
            t.people.issue_link(&admin, both.clone()).await.map(drop),
        ];
        assert!(refused.iter().all(|it| matches!(it, Err(Error::Forbidden(_)))), "{refused:?}");
        t.people.grant_role(&there, AccountId::of(&admin), Role::Admin).await.unwrap();
        t.people.disable_account(&admin, both.clone()).await.unwrap();
        t.people.enable_account(&admin, both).await.unwrap();
    }
}

async fn project(t: &TestApp, id: &str) -> ProjectRow {
    let (id, name) = (ProjectId::parse("id", id).unwrap(), ProjectName::parse("name", id).unwrap());
    t.people.create_project(&Asker::operator(ProjectKey(0)), id, name).await.unwrap()
}

/// Every entry's page and the installation's list, as one text.
async fn bodies(t: &TestApp, s: &crate::harness::http::Site, client: &Client) -> String {
    let size = t.app.db.read(tracewright::ledger::reads::tree_size).await.unwrap();
    let mut text = client.get(s, "/ledger?scope=installation").await.body;
    for index in 0..size {
        text.push_str(&client.get(s, &format!("/ledger/{index}")).await.body);
    }
    text
}
