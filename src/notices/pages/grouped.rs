//! Notices of one order below the newest one of them, so that a day on which much happened to few orders is a short list.

use super::NoticeView;

/// What was told of one order on one day of a page, the newest first; never empty.
pub(super) struct Entry {
    pub(super) notices: Vec<NoticeView>,
}

impl Entry {
    /// All but the newest one, folded below it.
    pub(super) fn earlier(&self) -> &[NoticeView] {
        self.notices.get(1..).unwrap_or_default()
    }

    fn order(&self) -> Option<&str> {
        self.notices.first()?.order.as_deref()
    }

    /// What the folded ones are called: `3 earlier of WO-2026-031`.
    pub(super) fn words(&self) -> String {
        format!("{} earlier of {}", self.earlier().len(), self.order().unwrap_or_default())
    }

    /// How many of the folded ones were not read.
    pub(super) fn unread(&self) -> usize {
        self.earlier().iter().filter(|notice| notice.is_unread).count()
    }
}

/// The notices of a day, the newest first, by order: each order stands where its newest notice does. What is about no order that the
/// reader may see stands alone.
pub(super) fn by_order(notices: Vec<NoticeView>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for notice in notices {
        let of_same = |entry: &&mut Entry| notice.order.is_some() && entry.order() == notice.order.as_deref();
        match entries.iter_mut().find(of_same) {
            Some(entry) => entry.notices.push(notice),
            None => entries.push(Entry { notices: vec![notice] }),
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::Timestamp;
    use crate::web::format::Time;

    fn notice(id: &str, order: &str, is_unread: bool) -> NoticeView {
        NoticeView {
            id: id.to_owned(),
            sentence: String::new(),
            label: "",
            title: String::new(),
            said: String::new(),
            place: String::new(),
            is_unread,
            at: Time::new(Timestamp(0), Timestamp(0)),
            order: Some(order.to_owned()).filter(|it| !it.is_empty()),
        }
    }

    #[test]
    fn an_order_stands_once_where_its_newest_notice_does_and_nothing_is_lost() {
        let told = vec![
            notice("7", "WO-1", true),
            notice("6", "WO-2", true),
            notice("5", "", true),
            notice("4", "WO-1", true),
            notice("3", "", false),
            notice("2", "WO-1", false),
        ];
        let entries = by_order(told);
        let ids = |it: &Entry| it.notices.iter().map(|one| one.id.clone()).collect::<Vec<_>>().join(" ");
        assert_eq!(entries.iter().map(ids).collect::<Vec<_>>(), ["7 4 2", "6", "5", "3"]);
        assert_eq!((entries[0].words().as_str(), entries[0].unread()), ("2 earlier of WO-1", 1));
    }
}
