import { type Language, labelsFrom } from "./language.ts";

export const spanish: Language = {
  code: "spa",
  labels: labelsFrom(
    `Contraseña | Usuario | Correo | Teléfono | Dirección | Fecha de nacimiento | Nombre | Número de tarjeta | Caduca |
    Código de seguridad | Código | IBAN | Número de cuenta | Notas | Buscar | Ajustes | Guardar | Cancelar | Enviar |
    Hoy | Entrada | Enviados | Borradores | Archivo | Cliente | Importe | Estado | Pagado | Abierto | Salario |
    Diagnóstico | Medicamento | Paciente | Seguro | Ficha | Clave de acceso | Secreto | Proyecto | Reunión | Equipo |
    Saldo | Transferencia | Fecha | Asunto | Código de recuperación | Número de identidad | Mes | Total | Contacto |
    Empresa | Empleado | Número de socio | Clave privada`,
  ),
  prose: [
    "Hemos cambiado la reunión a la sala grande de la segunda planta.",
    "Por favor, lea las nuevas reglas antes del fin de semana.",
    "El informe muestra que la mayoría de la gente prefiere la versión corta.",
    "Voy a mirar los números otra vez después de comer.",
    "Nada ha cambiado desde la última vez que hablamos.",
    "La segunda página necesita una imagen mejor y menos texto.",
    "¿Me puedes decir cuándo estará lista la próxima versión?",
    "Todos los archivos están en la carpeta común.",
    "Fue una buena idea pedir la opinión de todo el equipo.",
    "La tabla del final muestra todos los cambios.",
    "Todavía queda trabajo antes de abrir las puertas.",
    "El tren llegó tarde otra vez, hoy empiezo un poco más tarde.",
  ],
  carriers: [
    "Mi nuevo número es {phone}, por favor usa este.",
    "Puedes escribir a {email} si necesitas algo más.",
    "La contraseña del servidor es {password} y vale para hoy.",
    "Tu código es {otp}. Vale diez minutos.",
    "Por favor, envía el paquete a {address} antes de las doce.",
    "Esta mañana hablé con {name} sobre eso.",
    "La clave del servicio es {apiKey}.",
    "Pagamos a {iban} al final del mes.",
    "La tarjeta {card} se usó dos veces.",
    "Usa por ahora {token} para entrar.",
    "El médico escribió {medical} en la hoja.",
    "La página está en {credentials} desde hoy.",
    "La segunda parte de {term} empieza en otoño.",
    "El número es {nationalId}, fecha de nacimiento {birthDate}.",
  ],
  titles:
    "Informe de la semana|Preguntas abiertas|Próximos pasos|Viaje al norte|Nueva oficina|Acceso al servidor|Contrato|Primeros resultados|Comida del equipo|Lista de cambios".split(
      "|",
    ),
  given: "Guillermo Leticia Iñaki Nuria Begoña Joaquín Macarena Xiomara Álvaro Montserrat".split(" "),
  family: "Villanueva Echeverría Castellano-Ruiz Goikoetxea Zambrano Quiñones Arrieta Bustamante Urrutia".split(" "),
  address: "%s, %c",
  streets: ["Calle de Alcalá #4", "Avenida del Puerto 1#", "Plaza Mayor #", "Calle Serrano 1#2, 3.º B"],
  cities: ["280## Madrid", "080## Barcelona", "410## Sevilla", "460## Valencia"],
  phones: ["+34 6## ## ## ##", "91 ### ## ##", "6## ### ###"],
  nationalId: "4#######@",
  date: "D/M/Y",
  iban: { country: "ES", body: "#### #### #### #### ####" },
  medical: [
    "Diabetes mellitus tipo 2 (E11.9)",
    "Hipertensión esencial (I10)",
    "Metformina 850 mg",
    "Trastorno depresivo recurrente (F33.1)",
    "Omeprazol 20 mg",
  ],
  passphraseWords: "jardín ventana puente mañana mesa carta naranja montaña cocina papel pájaro verano".split(" "),
};
