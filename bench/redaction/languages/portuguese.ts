import { type Language, labelsFrom } from "./language.ts";

export const portuguese: Language = {
  code: "por",
  labels: labelsFrom(
    `Senha | Utilizador | E-mail | Telefone | Endereço | Data de nascimento | Nome | Número do cartão | Validade |
    Código de segurança | Código | IBAN | Número da conta | Notas | Procurar | Definições | Guardar | Cancelar |
    Enviar | Hoje | Entrada | Enviados | Rascunhos | Arquivo | Cliente | Valor | Estado | Pago | Aberto | Salário |
    Diagnóstico | Medicamento | Paciente | Seguro | Chave de sessão | Chave de acesso | Segredo | Projeto | Reunião |
    Equipa | Saldo | Transferência | Data | Assunto | Código de recuperação | Número fiscal | Mês | Total | Contacto |
    Empresa | Empregado | Número de sócio | Chave privada`,
  ),
  prose: [
    "Mudámos a reunião para a sala grande no segundo andar.",
    "Por favor, leia as novas regras antes do fim da semana.",
    "O relatório mostra que a maior parte das pessoas prefere o texto curto.",
    "Vou ver os números outra vez depois do almoço.",
    "Nada mudou desde a última vez que falámos.",
    "A segunda página precisa de uma imagem melhor e de menos texto.",
    "Pode dizer quando a próxima versão vai estar pronta?",
    "Todos os ficheiros estão na pasta comum.",
    "Foi uma boa ideia pedir a opinião de toda a equipa.",
    "A tabela no fim mostra todas as mudanças.",
    "Ainda há trabalho antes de abrir as portas.",
    "O comboio chegou tarde outra vez, hoje começo mais tarde.",
  ],
  carriers: [
    "O meu novo número é {phone}, por favor use este.",
    "Pode escrever para {email} se precisar de mais alguma coisa.",
    "A senha do servidor é {password} e vale para hoje.",
    "O seu código é {otp}. Vale dez minutos.",
    "Por favor, envie a caixa para {address} antes do almoço.",
    "Falei com {name} sobre isso hoje.",
    "A chave do serviço é {apiKey}.",
    "Pagamos para {iban} no fim do mês.",
    "O cartão {card} foi usado duas vezes.",
    "Use {token} para entrar por agora.",
    "O médico escreveu {medical} na folha.",
    "A página está em {credentials} desde hoje.",
    "A segunda parte de {term} começa depois do verão.",
    "O número é {nationalId}, data de nascimento {birthDate}.",
  ],
  titles:
    "Relatório da semana|Perguntas abertas|Próximos passos|Viagem ao norte|Nova casa|Entrada no servidor|Contrato|Primeiros resultados|Almoço da equipa|Lista de mudanças".split(
      "|",
    ),
  given: "Gonçalo Conceição Thaís Iolanda Vasco Jacinta Nélson Filipa Evandro Lucília".split(" "),
  family: "Figueiredo Magalhães Vasconcelos Quintela Albuquerque Guimarães Sarmento Cavaleiro-Dias Teixeira".split(" "),
  address: "%s, %c",
  streets: ["Rua das Flores #4", "Avenida da Liberdade 1#", "Largo do Carmo #", "Travessa da Boavista 2#"],
  cities: ["12##-### Lisboa", "40##-### Porto", "30##-### Coimbra", "88##-### Faro"],
  phones: ["+351 91# ### ###", "21# ### ###", "+55 11 9####-####"],
  nationalId: "2##.###.###-##",
  date: "D/M/Y",
  iban: { country: "PT", body: "#### #### #### #### #### #" },
  medical: [
    "Diabetes mellitus tipo 2 (E11.9)",
    "Hipertensão essencial (I10)",
    "Losartana 50 mg",
    "Perturbação depressiva recorrente (F33.1)",
    "Omeprazol 20 mg",
  ],
  passphraseWords: "jardim janela ponte manhã mesa carta laranja montanha cozinha papel pássaro verão".split(" "),
};
