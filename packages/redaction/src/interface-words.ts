// Words that stand on every screen and in few books and films, from which the other lists were counted: buttons,
// menus, columns. In English the newer ones; no names of products, which may say who the client is.
import type { Language } from "./languages.ts";

const WORDS: Readonly<Record<Language, string>> = {
  eng: `login logout signup username email emails inbox outbox spam website online offline wifi app apps url api admin
    dashboard sidebar toolbar dropdown checkbox tooltip navbar homepage metadata config logs username upload uploads
    uploaded download downloads downloaded preview previews workspace workspaces backend frontend deploy deploys deployed
    deployment repo commit commits changelog readme todo todos async timestamp timeline backlog roadmap webinar blog
    faq ok min max avg info pdf csv json html css sql http https am pm kb mb gb uptime cpu ram plugin plugins popup
    reload resize autosave changelog unread unsubscribe hashtag emoji`,
  deu: `datei dateien bearbeiten ansicht hilfe speichern öffnen schließen löschen suchen suche einstellungen konto konten
    anmelden abmelden anmeldung passwort benutzer benutzername abbrechen weiter zurück fertig senden gesendet
    posteingang entwürfe entwurf papierkorb ordner anhang anhänge antworten weiterleiten drucken kopieren einfügen
    ausschneiden auswählen auswahl neu neue neues aktualisieren aktualisiert hinzufügen entfernen ändern änderung
    änderungen hochladen herunterladen übersicht bericht berichte rechnung rechnungen betrag summe gesamt status datum
    uhrzeit termin termine kalender kontakt kontakte aufgabe aufgaben projekt projekte vorschau fenster seite seiten
    tabelle spalte zeile liste filter sortieren exportieren importieren sprache version lizenz kunde kunden lieferung
    bestellung bestellungen zahlung zahlungen überweisung saldo umsatz`,
  fra: `fichier fichiers édition affichage aide enregistrer ouvrir fermer supprimer rechercher recherche paramètres compte
    comptes connexion déconnexion utilisateur annuler suivant précédent terminer envoyer envoyé réception brouillon
    brouillons corbeille dossier dossiers répondre transférer imprimer copier coller couper sélectionner nouveau nouvelle
    actualiser ajouter modifier télécharger aperçu rapport rapports facture factures montant total statut date heure
    calendrier rendez-vous contact contacts tâche tâches projet projets fenêtre page pages tableau colonne ligne liste
    filtre trier exporter importer langue version licence client clients livraison commande commandes paiement paiements
    virement solde mot passe courriel messagerie`,
  spa: `archivo archivos editar edición ver ayuda guardar abrir cerrar eliminar buscar búsqueda ajustes configuración cuenta
    cuentas iniciar sesión contraseña usuario cancelar siguiente anterior aceptar enviar enviado entrada borrador
    borradores papelera carpeta carpetas adjunto adjuntos responder reenviar imprimir copiar pegar cortar seleccionar
    nuevo nueva actualizar actualizado añadir quitar modificar cambios subir descargar resumen informe informes factura
    facturas importe total estado fecha hora cita citas calendario contacto contactos tarea tareas proyecto proyectos
    ventana página páginas tabla columna fila lista filtro ordenar exportar importar idioma versión licencia cliente
    clientes entrega pedido pedidos pago pagos transferencia saldo correo`,
  por: `arquivo arquivos ficheiro ficheiros editar exibir ajuda guardar salvar abrir fechar excluir eliminar pesquisar
    pesquisa configurações definições conta contas entrar sair senha usuário utilizador cancelar próximo seguinte
    anterior concluir enviar enviado entrada rascunho rascunhos lixeira pasta pastas anexo anexos responder encaminhar
    imprimir copiar colar recortar selecionar novo nova atualizar atualizado adicionar remover alterar alterações baixar
    resumo relatório relatórios fatura faturas valor total estado data hora compromisso calendário contato contatos
    contactos tarefa tarefas projeto projetos janela página páginas tabela coluna linha lista filtro ordenar exportar
    importar idioma versão licença cliente clientes entrega pedido pedidos pagamento pagamentos transferência saldo
    correio`,
};

export const interfaceWords = (language: Language): readonly string[] => WORDS[language].split(/\s+/);
