//! Headers and words in the languages that programs write out.

use super::*;

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
