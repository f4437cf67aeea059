//! Rows of notices, of how people want them, of mails and of webhooks.

mod hooks;
mod mails;
mod notices;
mod settings;

pub use hooks::{DeliveryRow, HookRow};
pub use mails::{MailRow, MailState};
pub use notices::{Filter, NoticeRow};

pub(super) use hooks::{
    Attempt, deliveries_of, delivery, discard_hook, failed, hook, hooks_of, hooks_told_of, insert_delivery,
    insert_hook, note_delivery, prune_deliveries, put_hook, succeeded, waiting_deliveries,
};
pub(super) use mails::{
    insert_mail, mail, mails_in_trouble, mails_of, mails_since, note_mail, prune_mails, waiting_mails,
};
pub(super) use notices::{
    advance, carry, first_lines, forget_mentions, forget_titles, forget_words, insert_notice, keep_newest,
    mark_all_read, mark_read, notice, of_mail, of_order, page, prune_notices, unread, waiting_for_digest,
    watermark,
};
pub(super) use settings::{
    begin_morning, last_morning, mute, muted_by, mutes_of, put_settings, settings, unmute,
};
