//! What can be done with people: one file per verb. Each authorises, loads, decides and appends in one transaction.

pub mod act_as;
pub mod authenticate;
pub mod change_password;
pub mod check_key;
pub mod confirm_reset;
pub mod confirm_signing;
pub mod create_account;
pub mod create_api_key;
pub mod create_project;
pub mod disable_account;
pub mod grant_role;
pub mod issue_link;
pub mod keep_late;
pub mod redeem_link;
pub mod revoke_api_key;
pub mod revoke_role;
pub mod revoke_session;
pub mod same_person;
pub mod set_profile;
pub mod set_up;
pub mod set_up_headless;
pub mod sign_in;
