//! Accounts and roles.

use tracewright::foundation::{Asker, Error, ProjectKey, Role};
use tracewright::people::AccountId;
use tracewright::people::actions::redeem_link::Link;
use tracewright::people::model::{ProjectId, ProjectName};

use crate::harness::on_both;

use super::*;

on_both! {
    async fn a_new_person_sets_the_password_through_a_link(t: TestApp) {
        let admin = owner(&t).await;
        let new = NewAccount { password: None, ..person("tech@example.com", &[Role::Technician]) };
        let created = t.people.create_account(&admin, new).await.unwrap();
        assert_eq!(created.account.code, "USR-002");
        let link = created.link.unwrap();
        let (_, good_for) = t.people.read_link(link.expose()).await.unwrap();
        assert_eq!(good_for, Link::Password(created.account.clone()));
        assert_eq!(field(t.people.redeem_link(link.expose(), "short", &visitor()).await), "password");
        let started = t.people.redeem_link(link.expose(), PASSWORD, &visitor()).await.unwrap();
        let tech = t.people.authenticate(started.token.expose()).await.unwrap().unwrap();
        assert_eq!(tech.roles, [Role::Technician]);
        let again = t.people.redeem_link(link.expose(), PASSWORD, &visitor()).await;
        assert!(matches!(again, Err(Error::Refused(_))));
        let newer = t.people.issue_link(&admin, created.account.id.clone()).await.unwrap();
        t.people.redeem_link(newer.expose(), "another one!", &visitor()).await.unwrap();
        assert!(t.people.authenticate(started.token.expose()).await.unwrap().is_none());
    }

    async fn only_admins_manage_people(t: TestApp) {
        let admin = owner(&t).await;
        for (n, role) in Role::ALL.into_iter().enumerate().filter(|(_, r)| *r != Role::Admin && *r != Role::Agent) {
            let email = format!("p{n}@example.com");
            let account = create(&t.people, &admin, &email, &[role]).await.account;
            let asker = sign_in(&t.people, &email, PASSWORD).await;
            let refused = [
                t.people.create_account(&asker, agent("x")).await.map(|_| ()),
                t.people.grant_role(&asker, account.id.clone(), Role::Admin).await,
                t.people.revoke_role(&asker, account.id.clone(), role).await,
                t.people.disable_account(&asker, account.id.clone()).await,
                t.people.enable_account(&asker, account.id.clone()).await,
                t.people.issue_link(&asker, account.id.clone()).await.map(|_| ()),
                t.people.revoke_api_key(&asker, "x").await,
            ];
            assert!(refused.iter().all(|r| matches!(r, Err(Error::Forbidden(_)))), "{role:?}: {refused:?}");
        }
    }

    async fn agents_hold_the_agent_role_and_people_never_do(t: TestApp) {
        let admin = owner(&t).await;
        let bot = t.people.create_account(&admin, agent("relay")).await.unwrap();
        assert!(bot.link.is_none());
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Agent) {
            assert_eq!(field(t.people.grant_role(&admin, bot.account.id.clone(), role).await), "role");
        }
        let tech = create(&t.people, &admin, "tech@example.com", &[]).await;
        assert_eq!(field(t.people.grant_role(&admin, tech.account.id, Role::Agent).await), "role");
        let with_mail = NewAccount { roles: vec![], kind: AccountKind::Agent, ..person("a@b", &[]) };
        assert_eq!(field(t.people.create_account(&admin, with_mail).await), "email");
        let without = NewAccount { email: None, ..person("a@b", &[]) };
        assert_eq!(field(t.people.create_account(&admin, without).await), "email");
        let link = t.people.issue_link(&admin, bot.account.id).await;
        assert!(matches!(link, Err(Error::Refused(_))));
    }

    async fn roles_are_felt_by_the_next_request_and_repeats_write_nothing(t: TestApp) {
        let admin = owner(&t).await;
        let tech = create(&t.people, &admin, "tech@example.com", &[Role::Technician]).await.account;
        let cookie = t.people.sign_in("tech@example.com", PASSWORD, &visitor()).await.unwrap().token;
        let before = count(&t, "role.granted.v1").await;
        for _ in 0..3 {
            t.people.grant_role(&admin, tech.id.clone(), Role::Auditor).await.unwrap();
        }
        assert_eq!(count(&t, "role.granted.v1").await, before + 1);
        let who = t.people.authenticate(cookie.expose()).await.unwrap().unwrap();
        assert_eq!(who.roles, [Role::Technician, Role::Auditor]);
        for _ in 0..2 {
            t.people.revoke_role(&admin, tech.id.clone(), Role::Technician).await.unwrap();
        }
        assert_eq!(count(&t, "role.revoked.v1").await, 1);
        let who = t.people.authenticate(cookie.expose()).await.unwrap().unwrap();
        assert_eq!(who.roles, [Role::Auditor]);
    }

    async fn a_disabled_account_is_out_at_once_and_keeps_name_and_code(t: TestApp) {
        let admin = owner(&t).await;
        let tech = create(&t.people, &admin, "tech@example.com", &[Role::Technician]).await.account;
        let cookie = t.people.sign_in("tech@example.com", PASSWORD, &visitor()).await.unwrap().token;
        t.people.disable_account(&admin, tech.id.clone()).await.unwrap();
        t.people.disable_account(&admin, tech.id.clone()).await.unwrap();
        assert_eq!(count(&t, "account.disabled.v1").await, 1);
        assert!(t.people.authenticate(cookie.expose()).await.unwrap().is_none());
        assert!(t.people.sign_in("tech@example.com", PASSWORD, &visitor()).await.is_err());
        let list = members(&t, &admin).await;
        let kept = list.iter().find(|m| m.account.id == tech.id).unwrap();
        assert_eq!((kept.account.code.as_str(), kept.account.disabled_at.is_some()), ("USR-002", true));
        let next = create(&t.people, &admin, "next@example.com", &[Role::Viewer]).await.account;
        assert_eq!(next.code, "USR-003");
        t.people.enable_account(&admin, tech.id.clone()).await.unwrap();
        assert!(t.people.sign_in("tech@example.com", PASSWORD, &visitor()).await.is_ok());
        assert!(t.people.authenticate(cookie.expose()).await.unwrap().is_none(), "old sessions stay ended");
    }

    async fn whoever_holds_no_role_any_more_is_out_at_once(t: TestApp) {
        let admin = owner(&t).await;
        let sam = create(&t.people, &admin, "sam@example.com", &[Role::Technician]).await.account.id;
        let started = t.people.sign_in("sam@example.com", PASSWORD, &visitor()).await.unwrap();
        t.people.revoke_role(&admin, sam.clone(), Role::Technician).await.unwrap();
        assert!(t.people.authenticate(started.token.expose()).await.unwrap().is_none(), "what a project has is for its members");
        t.people.grant_role(&admin, sam, Role::Viewer).await.unwrap();
        let who = t.people.authenticate(started.token.expose()).await.unwrap().unwrap();
        assert_eq!(who.roles, [Role::Viewer]);
    }

    async fn the_last_admin_stays(t: TestApp) {
        let admin = owner(&t).await;
        let revoked = t.people.revoke_role(&admin, AccountId::of(&admin), Role::Admin).await;
        assert!(matches!(revoked, Err(Error::Refused(_))));
        let disabled = t.people.disable_account(&admin, AccountId::of(&admin)).await;
        assert!(matches!(disabled, Err(Error::Refused(_))));
        let second = create(&t.people, &admin, "second@example.com", &[Role::Admin]).await.account;
        t.people.revoke_role(&admin, AccountId::of(&admin), Role::Admin).await.unwrap();
        let operator = Asker::operator(admin.project);
        let disabled = t.people.disable_account(&operator, second.id).await;
        assert!(matches!(disabled, Err(Error::Refused(_))));
    }

    async fn a_mail_address_is_one_account_and_codes_never_clash(t: TestApp) {
        let admin = owner(&t).await;
        let twice = t.people.create_account(&admin, person(OWNER, &[])).await;
        assert_eq!(field(twice), "email");
        let many = (0..6).map(|n| {
            let (people, admin) = (t.people.clone(), admin.clone());
            async move { create(&people, &admin, &format!("p{n}@example.com"), &[Role::Viewer]).await }
        });
        let created = futures_util::future::join_all(many).await;
        let mut codes: Vec<String> = created.into_iter().map(|c| c.account.code).collect();
        codes.sort();
        assert_eq!(codes, ["USR-002", "USR-003", "USR-004", "USR-005", "USR-006", "USR-007"]);
    }

    async fn an_admin_reaches_no_account_of_another_project(t: TestApp) {
        let here = owner(&t).await;
        let operator = Asker::operator(ProjectKey(0));
        let id = ProjectId::parse("id", "south").unwrap();
        let name = ProjectName::parse("name", "South").unwrap();
        let south = t.people.create_project(&operator, id.clone(), name.clone()).await.unwrap();
        assert_eq!(t.people.create_project(&operator, id.clone(), name.clone()).await.unwrap(), south);
        assert!(matches!(
            t.people.create_project(&here, id, name).await,
            Err(Error::Forbidden(_))
        ));
        let there = create(&t.people, &Asker::operator(south.key), "s@example.com", &[Role::Admin]).await;
        let listed = members(&t, &here).await;
        assert!(listed.iter().all(|member| member.account.id != there.account.id));
        let admin = here;
        let refused = [
            t.people.disable_account(&admin, there.account.id.clone()).await,
            t.people.issue_link(&admin, there.account.id.clone()).await.map(|_| ()),
            t.people.grant_role(&admin, there.account.id.clone(), Role::Viewer).await,
            t.people.revoke_role(&admin, there.account.id.clone(), Role::Admin).await,
            t.people.enable_account(&admin, there.account.id.clone()).await,
            t.people.vouch_for(&admin, there.account.id.clone()).await,
            t.people.same_person(&admin, AccountId::of(&admin), there.account.id.clone()).await.map(drop),
        ];
        assert!(refused.iter().all(|r| matches!(r, Err(Error::NotFound(_)))), "{refused:?}");
        let who = sign_in(&t.people, "s@example.com", PASSWORD).await;
        assert_eq!(who.project, south.key);
    }
}
