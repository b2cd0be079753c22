-- Devices whose key lives in a security chip sign with P-256: 65 bytes beside the 32 of Ed25519.

alter table device_enrolment drop constraint device_enrolment_sign_check;
alter table device_enrolment add constraint device_enrolment_sign_check check (octet_length(sign) in (32, 65));

alter table device drop constraint device_sign_check;
alter table device add constraint device_sign_check check (octet_length(sign) in (32, 65));
