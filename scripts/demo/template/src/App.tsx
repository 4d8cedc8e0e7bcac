import { Greeting } from './components/Greeting';

export function App() {
  return (
    <main>
      <Greeting name={{ first: 'Ada', last: 'Lovelace' }} />
    </main>
  );
}
