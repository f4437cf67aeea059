//! The first start, headless and by link.

use tracewright::foundation::{Error, Role};
use tracewright::people::Credentials;
use tracewright::people::actions::redeem_link::Link;
use tracewright::people::actions::set_up::NewOwner;
use tracewright::people::model::{Email, OWNER_ROLES, PersonName, ProjectName};

use crate::harness::{DAY, on_both};

use super::*;

on_both! {
    async fn headless_set_up_makes_project_key_and_owner_once(t: TestApp) {
        for _ in 0..3 {
            assert!(t.people.set_up_headless(&init()).await.unwrap());
        }
        assert_eq!(count(&t, "project.created.v1").await, 1);
        assert_eq!(count(&t, "api_key.created.v1").await, 1);
        assert_eq!(count(&t, "account.created.v1").await, 1);
        assert_eq!(count(&t, "role.granted.v1").await, 4);
        let owner = sign_in(&t.people, " Owner@Example.com ", PASSWORD).await;
        let mut roles = OWNER_ROLES.to_vec();
        roles.sort_unstable();
        assert_eq!(owner.roles, roles);
        assert_eq!(owner.project_name, "Plant 7");
        assert_eq!(t.people.first_project().await.unwrap().unwrap().id, "plant-7");
        assert_eq!(members(&t, &owner).await[0].account.code, "USR-001");
        let pair = Credentials::Pair { public: PUBLIC.to_owned(), secret: SECRET.to_owned() };
        let grant = t.people.check_key(&pair).await.unwrap().unwrap();
        assert_eq!(grant.project, owner.project);
    }

    async fn what_was_changed_since_is_left_alone_by_the_next_start(t: TestApp) {
        let who = owner(&t).await;
        t.people.change_password(&who, PASSWORD, "a new one, longer").await.unwrap();
        let changed = InitConfig { secret_key: Some("sk-lf-other".to_owned()), ..init() };
        t.people.set_up_headless(&changed).await.unwrap();
        assert!(t.people.sign_in(OWNER, PASSWORD, &visitor()).await.is_err());
        assert!(t.people.sign_in(OWNER, "a new one, longer", &visitor()).await.is_ok());
        let other = Credentials::Pair { public: PUBLIC.to_owned(), secret: "sk-lf-other".to_owned() };
        assert_eq!(t.people.check_key(&other).await.unwrap(), None);
    }

    async fn the_first_owner_comes_through_a_link_that_works_once(t: TestApp) {
        let replaced = t.people.set_up_link().await.unwrap().unwrap();
        let link = t.people.set_up_link().await.unwrap().unwrap();
        assert!(t.people.read_link(replaced.expose()).await.is_err(), "a newer link replaces it");
        assert_eq!(t.people.read_link(link.expose()).await.unwrap().1, Link::FirstOwner);
        let started = t.people.create_first_owner(link.expose(), new_owner(), &visitor()).await.unwrap();
        let who = t.people.authenticate(started.token.expose()).await.unwrap().unwrap();
        assert!(who.roles.contains(&Role::Admin) && who.roles.contains(&Role::Auditor));
        assert_eq!(t.people.first_project().await.unwrap().unwrap().id, "north-works");
        let again = t.people.create_first_owner(link.expose(), new_owner(), &visitor()).await;
        assert!(matches!(again, Err(Error::Refused(_))));
        assert!(t.people.set_up_link().await.unwrap().is_none(), "nobody else can set up");
    }

    async fn two_who_use_the_link_at_once_make_one_owner(t: TestApp) {
        let link = t.people.set_up_link().await.unwrap().unwrap();
        let visitor = visitor();
        let (one, other) = futures_util::future::join(
            t.people.create_first_owner(link.expose(), new_owner(), &visitor),
            t.people.create_first_owner(link.expose(), new_owner(), &visitor),
        ).await;
        assert!(one.is_ok() != other.is_ok());
        assert_eq!(count(&t, "account.created.v1").await, 1);
    }

    async fn links_end_after_three_days_and_nonsense_is_refused(t: TestApp) {
        let link = t.people.set_up_link().await.unwrap().unwrap();
        for nonsense in ["", "x", "\0", &"a".repeat(64), &"f".repeat(1 << 20)] {
            assert!(matches!(t.people.read_link(nonsense).await, Err(Error::Refused(_))));
        }
        t.clock.advance(3 * DAY);
        assert!(matches!(t.people.read_link(link.expose()).await, Err(Error::Refused(_))));
    }
}

fn new_owner() -> NewOwner {
    NewOwner {
        project: ProjectName::parse("project", "North Works").unwrap(),
        name: PersonName::parse("name", "Ann <b>Owner</b>").unwrap(),
        email: Email::parse("email", OWNER).unwrap(),
        password: PASSWORD.to_owned(),
    }
}
