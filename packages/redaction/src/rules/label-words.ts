// What people write in front of something sensitive, in English, German, French, Spanish and Portuguese. Case, accents,
// spaces and hyphens do not matter, so "E-Mail" and "email" are one label.

const phrases = (...rows: readonly string[]): readonly string[] => rows.flatMap((row) => row.split(", "));

export const LABEL_PHRASES = {
  password: phrases(
    "password, passwords, passwd, pwd, pass, passphrase, passcode, pin, pin code, master password, passkey, wifi key",
    "recovery phrase, seed phrase, recovery code, recovery codes, backup code, backup codes, security answer, db pass",
    "passwort, passwörter, kennwort, passphrase, geheimzahl, pin-code, wlan-schlüssel, wiederherstellungscode",
    "mot de passe, mots de passe, mdp, code pin, code secret, phrase secrète, phrase de récupération",
    "contraseña, contraseñas, clave, clave de acceso, código pin, frase de recuperación",
    "senha, senhas, palavra-passe, palavra passe, código pin, frase de recuperação, frase-chave",
  ),
  secret: phrases(
    "api key, apikey, api keys, api secret, secret key, secret, secrets, access key, access key id, secret access key",
    "token, tokens, access token, auth token, api token, refresh token, session token, bot token, id token, private key",
    "client secret, webhook secret, signing secret, signing key, encryption key, license key, licence key, service key",
    "credential, credentials, connection string, dsn, database url, redis url, mongo uri, bearer, session id, cookie",
    "api-schlüssel, zugangstoken, geheimer schlüssel, geheimnis, lizenzschlüssel, zugangsdaten, privater schlüssel",
    "clé api, clé d'api, clé secrète, clé d'accès, jeton, jeton d'accès, clé privée, clé de licence, identifiants",
    "clave api, clave de api, clave secreta, clave privada, clave de licencia, token de acceso, credenciales",
    "chave api, chave de api, chave secreta, chave privada, chave de acesso, chave de licença, token de acesso, credenciais",
  ),
  oneTimeCode: phrases(
    "one-time code, one time password, one-time passcode, otp, otp code, totp, 2fa code, 2fa, mfa code, verification code",
    "security code, login code, sign-in code, confirmation code, authentication code, authenticator code, sms code",
    "access code, auth code, einmalcode, einmalpasswort, bestätigungscode, sicherheitscode, verifizierungscode, tan, smstan",
    "code de vérification, code de sécurité, code de confirmation, code à usage unique, code d'authentification",
    "código de verificación, código de seguridad, código de confirmación, código de un solo uso, código de acceso",
    "código de verificação, código de segurança, código de confirmação, código de uso único, código de acesso",
  ),
  code: phrases("code, codes, your code, der code, le code, el código, código, o código, codigo"),
  card: phrases(
    "card number, card no, card, credit card, debit card, card on file, pan, visa, mastercard, amex, american express",
    "kartennummer, kreditkarte, kreditkartennummer, ec-karte, numéro de carte, carte bancaire, carte de crédit, carte bleue",
    "número de tarjeta, tarjeta, tarjeta de crédito, número do cartão, cartão de crédito, cartão",
  ),
  cardCode: phrases(
    "cvv, cvc, cvv2, cvc2, csc, cid, card security code, card verification, prüfziffer, kartenprüfnummer, cryptogramme",
    "code de vérification de la carte, código cvv, código de seguridad de la tarjeta, código de segurança do cartão",
  ),
  account: phrases(
    "iban, account number, account no, bank account, routing number, routing, routing no, sort code, swift, bic, acct",
    "kontonummer, kontoverbindung, bankverbindung, bankleitzahl, blz, konto-nr, depotnummer",
    "numéro de compte, compte bancaire, rib, code guichet, relevé d'identité bancaire, n° de compte",
    "número de cuenta, cuenta bancaria, cuenta corriente, número da conta, conta bancária, conta corrente, nib, agência",
  ),
  nationalId: phrases(
    "ssn, social security, social security number, social security no, national insurance number, ni number, nino",
    "national id, national insurance, passport, passport number, passport no, driver license, drivers license",
    "driver's license number, driving licence, tax id, tax number, taxpayer id, tin, ein, itin, id number, id card",
    "steuer-id, steueridentifikationsnummer, steuernummer, sozialversicherungsnummer, rentenversicherungsnummer",
    "sv-nummer, personalausweis, personalausweisnummer, ausweisnummer, reisepass, reisepassnummer, führerscheinnummer",
    "numéro de sécurité sociale, n° de sécurité sociale, sécurité sociale, nir, numéro fiscal, numéro de passeport",
    "passeport, carte d'identité, permis de conduire, dni, nie, nif, cif, número de la seguridad social, seguridad social",
    "pasaporte, número de pasaporte, documento de identidad, nuss, número de identificação fiscal, contribuinte",
    "número de contribuinte, cartão de cidadão, bilhete de identidade, passaporte, segurança social, niss, cpf, cnpj, rg",
  ),
  birthDate: phrases(
    "date of birth, dob, birth date, birthdate, birthday, born, born on, d.o.b.",
    "geburtsdatum, geburtstag, geboren, geboren am, geb, geb. am, date de naissance, naissance, né le, née le, né(e) le",
    "fecha de nacimiento, nacimiento, nacido, nacida, nacido el, nacida el, cumpleaños, f. nac",
    "data de nascimento, nascimento, nascido, nascida, nascido em, nascida em, aniversário",
  ),
  phone: phrases(
    "phone, phone number, phone no, telephone, tel, mobile, mobile number, cell, cell phone, fax, whatsapp, call me on",
    "telefon, telefonnummer, handy, handynummer, mobil, mobilnummer, rückrufnummer, rufnummer, tel.-nr",
    "téléphone, numéro de téléphone, portable, mobile, tél, fixe, teléfono, número de teléfono, móvil, celular, tfno",
    "telefone, número de telefone, telemóvel, telemovel, celular, contacto telefónico",
  ),
  email: phrases(
    "email, e-mail, email address, e-mail address, mail, work email, e-mail-adresse, mailadresse, emailadresse",
    "courriel, adresse e-mail, adresse mail, adresse électronique, correo, correo electrónico, endereço de e-mail, reply-to",
  ),
  address: phrases(
    "address, home address, street address, mailing address, postal address, billing address, shipping address, street",
    "delivery address, zip, zip code, postcode, postal code, adresse, anschrift, wohnort, straße, rechnungsadresse",
    "lieferadresse, postleitzahl, plz, adresse postale, adresse de livraison, adresse de facturation, code postal, domicile",
    "dirección, dirección postal, domicilio, código postal, calle, endereço, morada, residência, código-postal, cep",
  ),
  name: phrases(
    "name, full name, first name, last name, surname, family name, given name, middle name, maiden name, name on card",
    "cardholder, cardholder name, account holder, customer, customer name, client, client name, patient, patient name",
    "contact, contact name, contact person, emergency contact, employee, employee name, owner, assignee, candidate, attendee",
    "beneficiary, next of kin, guardian, recipient, sender, landlord, tenant, spouse, passenger, guest, guest name",
    "vorname, nachname, familienname, vollständiger name, kunde, kundin, kundenname, ansprechpartner, ansprechpartnerin",
    "mitarbeiter, mitarbeiterin, kontoinhaber, karteninhaber, geburtsname, patientin, notfallkontakt, empfänger",
    "nom, prénom, nom complet, nom de famille, client, cliente, nom du client, titulaire, bénéficiaire, salarié, employé",
    "destinataire, patiente, personne à contacter, nombre, nombre completo, apellido, apellidos, titular, cliente, paciente",
    "empleado, empleada, contacto, destinatario, beneficiario, nome, nome completo, apelido, sobrenome, funcionário",
    "colaborador, beneficiário, destinatário, nome do cliente",
  ),
  userName: phrases(
    "username, user name, user id, login, login name, userid, account name, benutzername, benutzer, anmeldename, nutzername",
    "nom d'utilisateur, identifiant, utilisateur, usuario, nombre de usuario, usuário, nome de usuário, nome de utilizador",
  ),
  medicalId: phrases(
    "mrn, medical record number, medical record no, patient id, patient no, patient number, insurance id, member id",
    "policy number, health insurance number, nhs number, nhs no, medicare, medicare number, medicaid id, chart no",
    "patientennummer, patienten-id, versichertennummer, krankenversichertennummer, krankenkassennummer, fallnummer",
    "numéro de patient, numéro d'assuré, carte vitale, numéro de dossier, número de historia clínica, número de paciente",
    "tarjeta sanitaria, número de utente, número do utente, número de processo, cartão de saúde",
  ),
  medical: phrases(
    "diagnosis, diagnoses, primary diagnosis, secondary diagnosis, medication, medications, prescription, allergies, allergy",
    "blood type, blood group, medical history, chief complaint, symptoms, treatment plan, lab results, condition, icd, icd-10",
    "diagnose, diagnosen, hauptdiagnose, nebendiagnose, medikation, medikament, medikamente, allergien, blutgruppe",
    "vorerkrankungen, befund, anamnese, symptome, krankheit, diagnostic, diagnostics, médicament, médicaments, ordonnance",
    "groupe sanguin, antécédents, symptômes, maladie, diagnóstico, diagnósticos, medicación, medicamento, medicamentos",
    "alergias, grupo sanguíneo, antecedentes, síntomas, enfermedad, medicação, tipo sanguíneo, sintomas, doença, alergia",
  ),
  salary: phrases(
    "salary, salaries, gross pay, net pay, base pay, wage, wages, bonus, compensation, gehalt, gehälter, bruttogehalt, lohn",
    "nettolohn, salaire, salaire brut, rémunération, salario, sueldo, nómina, salário, vencimento, ordenado, remuneração",
  ),
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type LabelKind = keyof typeof LABEL_PHRASES;
