//! Headers and words in the languages that programs write out.

use super::*;

fn first(text: &str) -> Made {
    orders(text).remove(0)
}

#[test]
fn the_columns_of_a_list_are_known_in_many_languages() {
    for header in [
        "ID;Title;Status;Priority;Description;Due Date;Category;Assigned To;Asset Name;Date created",
        "ID;Titre;Statut;Priorité;Description;Date d'échéance;Catégorie;Assigné à;Nom de l'équipement;Date de création",
        "ID;Titre;Statut;Priorite;Description;Date d’echeance;Categorie;Travailleur principal;Nom de l'Equipement;Créé le",
        "ID;Başlık;Durum;Öncelik;Tanım;Bitiş tarihi;Kategori;Atanan;Varlık Adı;Oluşturulma tarihi",
        "Kimlik;BAŞLIK;DURUM;ÖNCELİK;Aciklama;Teslim Tarihi;Kategori;Birincil Kullanıcı;Varlik Adi;Oluşturulma",
        "ID;Titel;Status;Priorität;Beschreibung;Fälligkeitsdatum;Kategorie;Zugewiesen an;Anlagenname;Erstellt am",
        "ID;Título;Estado;Prioridad;Descripción;Fecha de vencimiento;Categoría;Asignado a;Nombre del activo;Fecha de creación",
        "ID;Título;Status;Prioridade;Descrição;Data de Vencimento;Categoria;Atribuído a;Nome do Ativo;Data de Criação",
        "ID;Titolo;Stato;Priorità;Descrizione;Data di scadenza;Categoria;Assegnato a;Nome asset;Data creazione",
        "ID;Titel;Status;Prioriteit;Beschrijving;Vervaldatum;Categorie;Toegewezen aan;Assetnaam;Aanmaakdatum",
        "ID;Tytuł;Status;Priorytet;Opis;Termin;Kategoria;Przypisano;Nazwa zasobu;Data utworzenia",
        "ID;Заголовок;Статус;Приоритет;Описание;Срок выполнения;Категория;Назначено;Название оборудования;Дата создания",
        "ID;标题;状态;优先级;描述;截止日期;类别;负责人;设备名称;创建日期",
        "ID;タイトル;ステータス;優先度;説明;期日;カテゴリ;担当者;資産名;作成日",
    ] {
        let sheet = sheet(&format!("{header}\n1;a;b;c;d;e;f;g;h;i\n"));
        let found: Vec<&str> = sheet.columns().map(|(_, it)| it.as_str()).collect();
        let wanted = "number title status priority description due kind assignee asset created";
        assert_eq!(found.join(" "), wanted, "{header}");
    }
}

#[test]
fn words_of_priority_are_known_in_many_languages() {
    for (priority, words) in [
        (Priority::None, "None Aucune Hiçbiri Yok Keine Ninguna Nenhum Nessuna Geen Brak Нет 无 なし -"),
        (Priority::Low, "Low Basse Faible Düşük Niedrig Baja Bajo Baixa Bassa Laag Niski Низкий 低 4 P4"),
        (Priority::Medium, "Medium Moyenne Orta Mittel Media Medio Média Gemiddeld Średni Средний 中 3"),
        (Priority::High, "High Haute Élevée Yüksek YÜKSEK Hoch Alta Alto Hoog Wysoki Высокий 高 2 P2"),
        (Priority::Emergency, "Urgent Urgente Critique Acil Kritisch Crítica Spoed Pilne Срочно 紧急 緊急 1"),
    ] {
        for word in words.split(' ') {
            let made = first(&format!("ID;Title;Priority;Status\n1;a;{word};\n"));
            assert_eq!(made.order.priority, priority, "{word}");
            assert!(made.not_taken.is_empty(), "{word}: {:?}", made.not_taken);
        }
    }
    for (word, priority) in [
        ("1 - Low", Priority::Low),
        ("P2 (Medium)", Priority::Medium),
        ("Haute (2)", Priority::High),
        ("1-Critical", Priority::Emergency),
        ("Very high", Priority::Emergency),
        ("High priority", Priority::High),
    ] {
        assert_eq!(
            first(&format!("ID;Title;Priority;Status\n1;a;{word};\n")).order.priority,
            priority,
            "{word}"
        );
    }
    assert_eq!(first("ID;Title;Priority;Status\n1;a;purple;\n").not_taken.len(), 1);
}

#[test]
fn words_of_a_state_are_known_in_many_languages() {
    for (status, words) in [
        (
            Status::Draft,
            "Open|New|Ouvert|Ouverte|Açık|AÇIK|Offen|Neu|Abierta|Aberto|Aperto|Otwarte|Открыто|打开|未着手|CRTD",
        ),
        (
            Status::Submitted,
            "Requested|WAPPR|Waiting for approval|En attente d'approbation|Onay bekliyor|待审批",
        ),
        (
            Status::Approved,
            "APPR|Released|REL|Approuvé|Genehmigt|Aprobado|Onaylandı|已批准|承認済み|REL  MANC SETC",
        ),
        (
            Status::InProgress,
            "In Progress|INPRG|En cours|En Cours|Devam Ediyor|In Bearbeitung|En progreso|Em andamento|In corso|In uitvoering|W trakcie|В процессе|进行中|進行中",
        ),
        (
            Status::OnHold,
            "On Hold|Waiting|Pending parts|WMATL|En attente|En pause|Beklemede|Wartend|En espera|Em espera|In attesa|In de wacht|Wstrzymano|Приостановлено|暂停|保留",
        ),
        (
            Status::Completed,
            "Complete|Done|Finished|COMP|Complet|Terminé|Termine|Tamam|Tamamlandı|Abgeschlossen|Completa|Concluído|Completato|Voltooid|Ukończono|Завершено|完成|完了|TECO|TECO NMAT PRC",
        ),
        (
            Status::Closed,
            "Closed|CLOSE|Clôturé|Fermé|Kapalı|Geschlossen|Cerrada|Fechado|Chiuso|Gesloten|Zamknięte|Закрыто|已关闭",
        ),
        (
            Status::Cancelled,
            "Cancelled|CAN|Annulé|İptal|Storniert|Cancelada|Cancelado|Annullato|Geannuleerd|Anulowano|Отменено|已取消|中止",
        ),
    ] {
        for word in words.split('|') {
            let made = first(&format!("ID;Title;Priority;Status\n1;a;;{word}\n"));
            assert_eq!(made.order.status, status, "{word}");
            assert!(made.not_taken.is_empty(), "{word}: {:?}", made.not_taken);
        }
    }
    assert_eq!(first("ID;Title;Priority;Status\n1;a;;odd\n").not_taken.len(), 1);
}

#[test]
fn a_checklist_knows_the_same_words_of_a_state() {
    for (word, done) in
        [("Cerrada", true), ("Clôturé", true), ("Tamamlandı", true), ("Ouvert", false), ("Açık", false)]
    {
        let order = checklist(&format!("Task;Status\nLamp;{word}\n"));
        assert_eq!(items(&order)[0].2, done, "{word}");
        assert!(order.document.iter().all(|it| it.kind != Kind::Point), "{word}");
    }
    let order = checklist("Task;Status\nLamp;NEW SEAL USED\n");
    assert!(order.document.iter().any(|it| it.text == "Status: NEW SEAL USED"), "words are no codes");
}
